"""A digest on its way from rows to Postfix's smtp-sink: by Byline's workers, and as tutorials do it.

Each run has a Celery worker with two children, Redis, and a row per message in PostgreSQL. CPU is the
worker's alone, without its start.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from service.delivery.models import Mailing
from service.delivery.rules.dkim import make_key
from worker.apps import nudge

from . import digest
from .processes import cpu_seconds, smtp_sink, until, worker
from .sizes import sized
from .table import Row

UNSIGNED, SIGNED = 10_000, 5_000
WITH_PREMAILER, WITH_CSS_INLINE = 300, 1_000
CHILDREN = 2
SECONDS = 600


@dataclass(frozen=True, slots=True)
class Speed:
    """Messages a second, by the clock and by the worker's CPU."""

    rate: float
    by_cpu: float


def measure(folder: Path) -> list[Row]:
    ours = _ours(sized(UNSIGNED))
    size = digest.size_of(Mailing.objects.get()) // 1000
    signed = _ours(sized(SIGNED), DKIM_SELECTOR="bench", DKIM_DIR=str(_keys(folder)))
    usual = _tutorial(sized(WITH_PREMAILER), "premailer")
    quick = _tutorial(sized(WITH_CSS_INLINE), "css_inline")
    rate, cpu, by_cpu = f"send a digest of {size} KB", "worker CPU a message", "messages a second of worker CPU"
    usually, quickly = "a task per reader", "the same, css_inline"
    return [
        Row(rate, ours.rate, usual.rate, "messages/s", "≥ 1,000; ≥ 50 ×", usually),
        Row(rate, ours.rate, quick.rate, "messages/s", "≥ 15 ×", quickly),
        Row(by_cpu, ours.by_cpu, usual.by_cpu, "messages/s", "≥ 50 ×", usually),
        Row(by_cpu, ours.by_cpu, quick.by_cpu, "messages/s", "≥ 15 ×", quickly),
        Row(cpu, 1000 / ours.by_cpu, None, "ms", "≤ 0.35 ms"),
        Row(f"{rate}, DKIM RSA-2048", signed.rate, ours.rate, "messages/s", "≥ 500", "unsigned"),
        Row(f"{cpu}, DKIM RSA-2048", 1000 / signed.by_cpu, 1000 / ours.by_cpu, "ms", "≤ 1.6 ms", "unsigned"),
    ]


def _ours(count: int, **settings: str) -> Speed:
    mailing = digest.planned(count)
    with smtp_sink() as url, worker(EMAIL_URL=url, **settings) as pid:

        def begin() -> None:
            for _ in range(CHILDREN):  # the clock would rouse the second one within ten seconds
                nudge("send_due")

        return _timed(mailing, pid, begin, lambda: not mailing.batches.under_way().exists())


def _tutorial(count: int, inliner: str) -> Speed:
    mailing = digest.planned(count)
    with (
        smtp_sink() as url,
        worker("bench.tutorial", EMAIL_URL=url, TUTORIAL_INLINES_WITH=inliner, PREMAILER_CACHE_MAXSIZE="128") as pid,
    ):
        from .tutorial import send

        def begin() -> None:
            for pk in mailing.messages.values_list("pk", flat=True):
                send.delay(pk)

        return _timed(mailing, pid, begin, lambda: digest.accepted(mailing) == count)


def _timed(mailing: Mailing, pid: int, begin: Callable[[], None], ended: Callable[[], bool]) -> Speed:
    before, started = cpu_seconds(pid), time.perf_counter()
    begin()
    until(ended, SECONDS)
    took, cpu = time.perf_counter() - started, cpu_seconds(pid) - before
    count = digest.accepted(mailing)
    assert count == mailing.frozen, f"{count} of {mailing.frozen} were accepted"
    return Speed(count / took, count / cpu)


def _keys(folder: Path) -> Path:
    path = folder / "dkim" / "cauce.example" / "bench.pem"
    path.parent.mkdir(parents=True)
    path.write_bytes(make_key())
    return folder / "dkim"
