"""A feed of 200 KB: CPU of the server per request, against nginx serving the same file.

CPU is what the kernel counted for the server's processes; the client's own is not in it. Polls are counted
and limited as in earnest.
"""

from __future__ import annotations

import gzip
import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.feeds.shelf import Validators, put
from tests.services import free_port

from .processes import answering, cpu_seconds
from .table import Row

REQUESTS = 4_000
ADDRESS = "/feeds/en/latest.rss"
NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; user root;
events {{ worker_connections 64; }}
http {{ access_log off; keepalive_requests 1000000; types {{ application/rss+xml rss; }} gzip_static on;
  client_body_temp_path {folder}/t; proxy_temp_path {folder}/t; fastcgi_temp_path {folder}/t;
  uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;
  server {{ listen 127.0.0.1:{port}; location /feeds/ {{ alias {feeds}/; }} }} }}
"""


def measure(folder: Path) -> list[Row]:
    feeds = Path(os.environ["FEEDS_DIR"])
    body = b"<rss>" + os.urandom(60_000).hex().encode()[:120_000] + b" " * 80_000 + b"</rss>"
    put(
        feeds,
        ADDRESS,
        body,
        Validators("abc", 1_700_000_000, "application/rss+xml", "https://x" + ADDRESS, 0, len(body)),
    )
    assert gzip.decompress((feeds / "en/latest.rss.gz").read_bytes()) == body
    for path in [feeds, *feeds.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    with granian() as ours, nginx(folder, feeds) as theirs:
        rows = []
        for what, budget, headers in (
            ("304", "≤ 4 ×", {"If-None-Match": None}),
            ("gzip", "≤ 3 ×", {"Accept-Encoding": "gzip"}),
            ("plain", "≤ 1.5 ×", {}),
        ):
            costs = [_cost(port, process.pid, dict(headers)) for port, process in (ours, theirs)]
            rows.append(Row(f"serve a 200 KB feed, {what}", costs[0], costs[1], "µs CPU", budget, "nginx, same file"))
        return rows


def _cost(port: int, pid: int, headers: dict[str, str | None]) -> float:
    """Microseconds of the server's CPU per request, over one kept-alive connection."""
    client = http.client.HTTPConnection("127.0.0.1", port)
    if "If-None-Match" in headers:
        headers["If-None-Match"] = _ask(client, {}).headers["ETag"]
    sent = {name: str(value) for name, value in headers.items()}
    _ask(client, sent)
    before = cpu_seconds(pid)
    for number in range(REQUESTS):
        _ask(client, {**sent, **tell(number)})
    return (cpu_seconds(pid) - before) / REQUESTS * 1e6


def tell(number: int) -> dict[str, str]:
    """What a proxy tells of the reader behind it: another network each time, so that nobody is limited."""
    return {"X-Forwarded-For": f"8.{number >> 8 & 255}.{number & 255}.7", "User-Agent": "Bench/1.0"}


def _ask(client: http.client.HTTPConnection, headers: dict[str, str]) -> http.client.HTTPResponse:
    client.request("GET", ADDRESS, headers=headers)
    answer = client.getresponse()
    answer.read()
    assert answer.status in (200, 304)
    return answer


@contextmanager
def granian() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        "4",
    ]
    told = {**os.environ, "TRUSTED_PROXIES": "127.0.0.1"}
    with subprocess.Popen([*command, "--log-level", "error", "service.wsgi:application"], env=told) as process:
        try:
            answering(port)
            yield port, process
        finally:
            process.terminate()


@contextmanager
def nginx(folder: Path, feeds: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    path = folder / "nginx.conf"
    path.write_text(NGINX.format(folder=folder, port=port, feeds=feeds))
    with subprocess.Popen(["/usr/sbin/nginx", "-c", str(path)]) as process:
        try:
            answering(port)
            yield port, process
        finally:
            process.terminate()
