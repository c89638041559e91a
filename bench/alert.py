"""A digest of 500,000 is under way; an article is published: until the first byte of its alert.

Workers and the clock run as docker-compose.yml has them. The mail server takes 2 ms for each message, so
that the digest lasts, and notes when it first heard of a reader of alerts (relay.py).
"""

from __future__ import annotations

import math
import random
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from service.content.actions.store import take_in
from service.content.rules.drafts import Draft
from service.delivery.actions.send import URGENT
from service.delivery.models import Batch
from service.toolbox import clock
from service.toolbox.bell import ring
from worker.apps import nudge

from . import digest
from .processes import relay, running, until, worker
from .sizes import sized
from .table import Row

DIGEST, ALERTED = 500_000, 2_000
RUNS = 10
MILLISECONDS = 2
SECONDS = 120


def measure(folder: Path) -> list[Row]:
    draw, log = random.Random(0), folder / "relay.log"
    weekly = digest.planned(sized(DIGEST))
    digest.readers(sized(ALERTED), "reader@alert.example", wants="alerts")
    with relay(MILLISECONDS, log) as url, _workers(folder, url):
        until(lambda: digest.accepted(weekly), SECONDS)
        times = []
        for number in range(RUNS):
            time.sleep(draw.uniform(1, 3))
            times.append(_published(number, log))
            assert weekly.batches.under_way().exists(), "the digest ended too soon"
    times.sort()
    what = f"publish → first byte of its alert, a digest of {weekly.frozen:,} under way"
    return [
        Row(f"{what}, p95", times[math.ceil(0.95 * RUNS) - 1], None, "s", "≤ 2 s"),
        Row("the same, median", times[RUNS // 2], None, "s", ""),
    ]


@contextmanager
def _workers(folder: Path, url: str) -> Iterator[None]:
    beat = ["-m", "celery", "--app", "worker.app", "beat", "--loglevel", "ERROR", "--schedule", str(folder / "beat")]
    with ExitStack() as stack:
        for queue in ("celery", "send"):
            stack.enter_context(worker("worker.app", "--queues", queue, EMAIL_URL=url))
        stack.enter_context(running(sys.executable, *beat))
        for _ in range(2):
            nudge("send_due")
        yield


def _published(number: int, log: Path) -> float:
    """Seconds until the first reader's RCPT; returns when the alert's last message is gone."""
    read, published = log.stat().st_size, time.time()
    take_in(digest.source(), _story(number), clock.now(), first_import=False)
    ring("publish_feeds", "raise_alerts")
    until(lambda: log.read_bytes()[read:].count(b"\n"), SECONDS)
    until(lambda: not Batch.objects.under_way().filter(priority=URGENT).exists(), SECONDS)
    return float(log.read_bytes()[read:].split()[0]) - published


def _story(number: int) -> Draft:
    return Draft(
        external_id=f"breaking-{number}",
        url=f"https://cauce.example/breaking-{number}/",
        language="en",
        title=f"Port Is Closed, Report {number}",
        body="<p>The port recorded forty containers that nobody had asked for.</p>" * 40,
        kind="news",
        topics=("customs",),
    )
