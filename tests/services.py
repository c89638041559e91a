"""A pytest plugin that runs before Django reads its settings: real PostgreSQL and Redis on free ports.

TEST_DATABASE_URL and TEST_REDIS_URL name servers that are there already. Nothing is skipped where one
is missing: the run stops with a sentence.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

_running = ExitStack()
START_SECONDS = 30


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    folder = Path(_running.enter_context(tempfile.TemporaryDirectory(prefix="byline-tests-")))
    folder.chmod(0o711)
    database = os.environ.get("TEST_DATABASE_URL") or _running.enter_context(postgres(folder / "postgres"))
    redis_url = os.environ.get("TEST_REDIS_URL") or _running.enter_context(redis(folder / "redis"))
    os.environ.update(
        IGNORE_ENV_FILE="1",
        DATABASE_URL=database,
        REDIS_URL=redis_url,
        SECRET_KEY="a secret for tests alone, long enough to pass",
        ADDRESS_KEY="an address key for tests alone, long enough",
        WORDPRESS_HOOK_SECRET="a hook secret for tests alone, long enough",
        SITE_URL="https://letters.cauce.example",
        EMAIL_URL="file:///nonexistent/outbox",
        VAR_DIR=str(folder / "var"),
        FEEDS_DIR=str(folder / "feeds"),
        LOG_LEVEL="WARNING",
        DESK_SECOND_FACTOR="nobody",  # tests of the login itself say otherwise
    )
    os.environ.pop("NEWSROOM_FILE", None)


def pytest_unconfigure() -> None:
    _running.close()


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL of its own below `folder`, quick rather than safe from a power cut; yields its URL."""
    prepared(folder)
    with postgres_at(folder, free_port(), "fsync=off", "full_page_writes=off", "synchronous_commit=off") as url:
        yield url


def prepared(folder: Path) -> None:
    """The files of a fresh PostgreSQL."""
    initdb = [
        _program("initdb"),
        "-D",
        "data",
        "-U",
        "byline",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale",
        "C.UTF-8",
        "-N",
    ]
    subprocess.run(initdb, cwd=folder, check=True, stdout=subprocess.DEVNULL, **_runner(folder))


@contextmanager
def postgres_at(folder: Path, port: int, *options: str) -> Iterator[str]:
    """On files that are prepared; yields its URL. Afterwards it can be started again."""
    runner = _runner(folder)
    where = ["-h", "127.0.0.1", "-p", str(port), "-k", str(folder)]
    given = [word for option in (*options, "max_connections=60") for word in ("-c", option)]
    with _process([_program("postgres"), "-D", "data", *where, *given], folder, runner):
        _answers(port, "PostgreSQL", folder)
        yield f"postgres://byline@127.0.0.1:{port}/postgres"


@contextmanager
def redis(folder: Path, port: int = 0) -> Iterator[str]:
    """A Redis of its own; yields its URL."""
    port, runner = port or free_port(), _runner(folder)
    command = [_program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with _process(command, folder, runner):
        _answers(port, "Redis", folder)
        yield f"redis://127.0.0.1:{port}/0"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _runner(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root: then it runs as nobody, in a folder of nobody's."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return {}
    shutil.chown(folder, "nobody", "nogroup")
    return {"user": "nobody", "group": "nogroup", "extra_groups": []}


def _program(name: str) -> str:
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = str(versions[-1]) if versions else shutil.which(name)
    if not found:
        pytest.exit(f"{name} is missing. `make test` installs it, or says how.", returncode=2)
    return found


@contextmanager
def _process(command: list[str], folder: Path, runner: dict[str, object]) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True, **runner)  # type: ignore[call-overload]
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)  # PostgreSQL: without waiting for clients to leave
            process.wait(20)


def _answers(port: int, name: str, folder: Path) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(0.2)
                return
        time.sleep(0.05)
    pytest.exit(f"{name} did not start: {(folder / 'log').read_text()[-500:]}", returncode=2)
