"""A storm of feed readers, nine of ten of them conditional: CPU of the server per request, counting and
limits included, against nginx serving the same files. And what came of the counting."""

from __future__ import annotations

import http.client
import os
import random
import time
from collections import Counter
from pathlib import Path

from service.feeds.models import Polls
from service.feeds.shelf import Validators, put

from .processes import cpu_seconds
from .serve import granian, nginx, tell
from .sizes import sized
from .table import Row

REQUESTS = 10_000
FEEDS = 30
AGENTS = (
    "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers; like FeedFetcher-Google)",
    "FreshRSS/1.24.3 (Linux; https://freshrss.org)",
    "NetNewsWire (RSS Reader; https://netnewswire.com/)",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
)


def measure(folder: Path) -> list[Row]:
    feeds = Path(os.environ["FEEDS_DIR"])
    addresses = [f"/feeds/en/topics/storm-{number}.rss" for number in range(FEEDS)]
    for address in addresses:
        body = b"<rss>" + os.urandom(60_000).hex().encode() + b" " * 80_000 + b"</rss>"
        put(feeds, address, body, Validators("abc", 1_700_000_000, "application/rss+xml", address, 0, len(body)))
    count = sized(REQUESTS)
    with granian() as ours, nginx(folder, feeds) as theirs:
        costs = [_storm(port, process.pid, addresses, count) for port, process in (ours, theirs)]
        ours[1].terminate()
        ours[1].wait(30)
    written = sum(Polls.objects.filter(address__in=addresses).values_list("asked", flat=True))
    return [
        Row(f"{count:,} polls, 90 % of them conditional", costs[0], costs[1], "µs CPU", "", "nginx, same files"),
        Row("of them counted by the time the server has ended", written / (count + FEEDS) * 100, None, "%", "100"),
    ]


def _storm(port: int, pid: int, addresses: list[str], count: int) -> float:
    """Microseconds of the server's CPU per request. Readers come from everywhere, through one proxy."""
    client, draw = http.client.HTTPConnection("127.0.0.1", port), random.Random(1)
    tags = {address: _ask(client, address, {"Accept-Encoding": "gzip"})[1] for address in addresses}
    before, statuses = cpu_seconds(pid), Counter[int]()
    for number in range(count):
        address = draw.choice(addresses)
        headers = {"User-Agent": draw.choice(AGENTS), "Accept-Encoding": "gzip", **tell(number)}
        if number % 10:
            headers["If-None-Match"] = tags[address]
        statuses[_ask(client, address, headers)[0]] += 1
    assert statuses == {304: count - (count + 9) // 10, 200: (count + 9) // 10}, statuses
    time.sleep(0.1)
    return (cpu_seconds(pid) - before) / count * 1e6


def _ask(client: http.client.HTTPConnection, address: str, headers: dict[str, str]) -> tuple[int, str]:
    client.request("GET", address, headers=headers)
    answer = client.getresponse()
    answer.read()
    return answer.status, answer.headers["ETag"]
