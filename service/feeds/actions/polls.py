"""Counted polls, as rows: written down in batches, folded where they are few, forgotten in the end."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import connection, transaction

from ..clients import FEW
from ..counting import Count, Of
from ..models import Polls, PublishedFeed

_AT_ONCE = 500
_NAMES = "address, day, client, asked, unchanged, wasted, refused, subscribers"
_UPSERT = f"""
INSERT INTO feeds_polls ({_NAMES}) VALUES {{}} ON CONFLICT (address, day, client) DO UPDATE SET
    asked = feeds_polls.asked + excluded.asked,
    unchanged = feeds_polls.unchanged + excluded.unchanged,
    wasted = feeds_polls.wasted + excluded.wasted,
    refused = feeds_polls.refused + excluded.refused,
    subscribers = CASE WHEN excluded.subscribers > feeds_polls.subscribers
        THEN excluded.subscribers ELSE feeds_polls.subscribers END
"""  # noqa: S608 - no value stands in it


def write_down(counts: Mapping[Of, Count]) -> None:
    """Adds to the rows, all of it or nothing: one statement per 500. Closes the connection, since whoever
    counts comes once a minute."""
    try:
        with transaction.atomic():
            _add(counts)
    finally:
        if not connection.in_atomic_block:
            connection.close()


def fold(now: datetime) -> int:
    """On days that are over, clients that hardly asked become one: a rare program may be one person's.
    Returns how many rows went."""
    with transaction.atomic():
        rows = list(Polls.objects.over(now).few().exclude(client=FEW).select_for_update()[:5000])
        together: dict[Of, Count] = {}
        for row in rows:
            count = together.setdefault(Of(row.address, row.day, FEW), Count())
            count.add(Count(row.asked, row.unchanged, row.wasted, row.refused, row.subscribers))
        _add(together)
        Polls.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def fold_and_forget(before: datetime, now: datetime) -> int:
    """What the sweep does with polls. A feed that is there no more may have had somebody's name in its
    address, so that goes at once. Returns how many rows went."""
    fold(now)
    nameless = Polls.objects.exclude(address__in=PublishedFeed.objects.values("address"))
    return Polls.objects.filter(day__lt=before.date()).delete()[0] + nameless.delete()[0]


def _add(counts: Mapping[Of, Count]) -> None:
    """In the order of their keys: two processes that write at once wait for each other, neither fails."""
    ordered = sorted(counts.items(), key=lambda item: item[0])
    with connection.cursor() as cursor:
        for start in range(0, len(ordered), _AT_ONCE):
            batch = ordered[start : start + _AT_ONCE]
            values = [value for of, count in batch for value in _row(of, count)]
            cursor.execute(_UPSERT.format(", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s)"] * len(batch))), values)


def _row(of: Of, count: Count) -> tuple[str | date | int, ...]:
    return (
        *(of.address, of.day, of.client),
        *(count.asked, count.unchanged, count.wasted, count.refused, count.subscribers),
    )
