"""From an approved edition to a message for each reader, by `byline dispatch_editions`; and what it
costs to make the one letter that all of them get."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from django.db import connection

from service.delivery.models import Mailing
from service.delivery.rules.compiled import Envelope, compile_letter
from service.editions.actions.compose import compose
from service.editions.models import Edition
from service.toolbox import clock

from .digest import digest, fresh, readers
from .processes import Run, byline
from .sizes import sized
from .table import Row

READERS = (10_000, 100_000, 1_000_000)
RUNS = 10
# One in a hundred gets nothing: a bounce, a complaint.
SUPPRESS = """INSERT INTO delivery_suppression (fingerprint, reason, at, note)
SELECT fingerprint, 'hard bounce', now(), '' FROM delivery_address WHERE id % 100 = 0"""


def measure(folder: Path) -> list[Row]:
    counts = [sized(count) for count in READERS]
    few, *_, many = runs = [_planned(count) for count in counts]
    budgets = ["" for _ in counts[1:]] + ["≤ 30 s"]
    rows = [
        Row(f"plan a digest for {count:,} readers", run.seconds, None, "s", budget)
        for count, run, budget in zip(counts, runs, budgets, strict=True)
    ]
    weight = Row("the most memory for it", many.peak_mb, few.peak_mb, "MB", "≤ 250 MB; flat", f"{counts[0]:,} readers")
    letter = Row("compose, inline and compile the letter, warm", _letter(), None, "ms", "≤ 250 ms")
    return [*rows, weight, letter]


def _planned(count: int) -> Run:
    fresh()
    readers(count)
    with connection.cursor() as cursor:
        cursor.execute(SUPPRESS)
    edition = digest()
    run = byline("dispatch_editions")
    assert Mailing.objects.get(key=edition.mailing_key).frozen == count
    return run


def _letter() -> float:
    """Milliseconds, the median of several."""
    edition, times = Edition.objects.get(), []
    envelope = Envelope("Cauce", "letters@cauce.example", "The week", unsubscribe=True)
    for _ in range(RUNS + 1):
        started = time.perf_counter()
        drawn = compose(edition, clock.now())
        compile_letter(envelope, drawn.html, drawn.text)
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:]) * 1000
