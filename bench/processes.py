"""Processes that are measured, and what the kernel says of them and of their children."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services import free_port

MANAGE = Path(__file__).resolve().parents[1] / "manage.py"
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def cpu_seconds(pid: int) -> float:
    """User and system time of the process and its living children."""
    fields = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in family(pid)]
    return sum(int(field[11]) + int(field[12]) for field in fields) / _TICKS


def resident_mb(pid: int) -> float:
    pages = [int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in family(pid)]
    return sum(pages) * _PAGE / 1e6


def answering(port: int, seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise SystemExit(f"nothing answers on port {port}")


@dataclass(frozen=True, slots=True)
class Run:
    """A process from its start to its end. `peak_mb` is sampled: what wait4 tells of a child counts the
    parent's memory too, from before its exec."""

    seconds: float
    peak_mb: float


def byline(*words: str, watch: Callable[[int], None] = lambda pid: None, **settings: str) -> Run:
    """The command, to its end; `watch` is called some times a second with its pid."""
    started, peak = time.perf_counter(), 0.0
    with running(sys.executable, str(MANAGE), *words, **settings) as process:
        while process.poll() is None:
            peak = max(peak, _peak_mb(process.pid))
            watch(process.pid)
            time.sleep(0.02)
        took = time.perf_counter() - started
    assert process.returncode == 0, f"byline {' '.join(words)} ended with {process.returncode}"
    return Run(took, peak)


@contextmanager
def running(*words: str, log: Path | None = None, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program, from the project's folder, that is ended in the end."""
    with (log or Path(os.devnull)).open("wb") as out:
        process = subprocess.Popen(words, env={**os.environ, **settings}, cwd=MANAGE.parent, stdout=out)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def worker(app: str = "worker.app", *options: str, **settings: str) -> Iterator[int]:
    """A Celery worker with two children, started and idle."""
    name = f"bench-{free_port()}@localhost"
    flags = ["--concurrency", "2", "--loglevel", "ERROR", "--without-gossip", "--without-mingle", "--hostname", name]
    settings["PYTHONWARNINGS"] = "ignore"  # it warns of root
    with running(sys.executable, "-m", "celery", "--app", app, "worker", *flags, *options, **settings) as process:
        until(lambda: _listens(name), 60)
        time.sleep(1)
        yield process.pid


@contextmanager
def smtp_sink() -> Iterator[str]:
    """Postfix's server that drops all mail; yields its URL."""
    port = free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    program = shutil.which("smtp-sink") or "/usr/sbin/smtp-sink"
    with running(program, *user, f"127.0.0.1:{port}", "512"):
        answering(port)
        yield f"smtp://127.0.0.1:{port}"


@contextmanager
def relay(milliseconds: float, log: Path | None = None) -> Iterator[str]:
    """Ours (relay.py), which takes its time after each message; yields its URL."""
    port = free_port()
    with running(sys.executable, "-m", "bench.relay", str(port), str(milliseconds), log=log):
        answering(port)
        yield f"smtp://127.0.0.1:{port}"


def until(true: Callable[[], object], seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not true():
        if time.monotonic() > ends:
            raise SystemExit(f"it took longer than {seconds:.0f} seconds")
        time.sleep(0.05)


def _listens(name: str) -> bool:
    from worker.app import app

    return bool(app.control.ping([name], timeout=0.5))


def _peak_mb(pid: int) -> float:
    told = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(told[1]) * 1024 / 1e6 if told else 0.0  # none: it has just ended
