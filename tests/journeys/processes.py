"""Byline as its users start it: processes, with a settings environment of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 60
_OWN = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "FEEDS_DIR", "SITE_URL", "SECRET_KEY", "ADDRESS_KEY", "NEWSROOM_FILE")
T = TypeVar("T")


def environment(**settings: str) -> dict[str, str]:
    """Without what the test run itself was given."""
    kept = {name: value for name, value in os.environ.items() if name not in _OWN}
    return {**kept, "IGNORE_ENV_FILE": "1", "PYTHONUNBUFFERED": "1", **settings}


def command(*words: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), *words]


def byline(*words: str, code: int = 0, **settings: str) -> str:
    """Runs to its end; returns what it said."""
    done = subprocess.run(
        command(*words), env=environment(**settings), cwd=ROOT, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


@contextmanager
def running(words: list[str], log: Path, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that stays; ended with SIGTERM, and its log shown where the test fails."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            words, env=environment(**settings), cwd=ROOT, stdout=out, stderr=out, start_new_session=True
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
            print(log.read_text(errors="replace")[-3000:])


def eventually(ask: Callable[[], T], seconds: float = WAIT_SECONDS) -> T:
    """The first true answer. Waiting is patience, not a measurement."""
    ends = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.1)
    return answer
