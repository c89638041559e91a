"""`byline run` on an empty machine: until the first page, and what it weighs."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.services import free_port

from .processes import MANAGE, answering, resident_mb
from .table import Row

RUNS = 3


def measure(folder: Path) -> list[Row]:
    seconds, weights = zip(*(_once() for _ in range(RUNS)), strict=True)
    bare = statistics.median(_bare() for _ in range(RUNS))
    return [
        Row("first page after `byline run`", statistics.median(seconds), bare, "s", "≤ 5 s", "manage.py check"),
        Row("web + worker + clock, resident", statistics.median(weights), None, "MB", "≤ 150 MB"),
    ]


def _once() -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as var:
        port = free_port()
        started = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, str(MANAGE), "run", "--port", str(port)], env=_environment(var)
        ) as process:
            answering(port)
            urllib.request.urlopen(f"http://127.0.0.1:{port}/").read()
            took = time.perf_counter() - started
            time.sleep(3)
            weight = resident_mb(process.pid)
            process.terminate()
        return took, weight


def _bare() -> float:
    with tempfile.TemporaryDirectory() as var:
        started = time.perf_counter()
        subprocess.run([sys.executable, str(MANAGE), "check"], env=_environment(var), check=True, capture_output=True)
        return time.perf_counter() - started


def _environment(var: str) -> dict[str, str]:
    dropped = ("DATABASE_URL", "REDIS_URL", "FEEDS_DIR", "SITE_URL")
    return {**{k: v for k, v in os.environ.items() if k not in dropped}, "VAR_DIR": var}
