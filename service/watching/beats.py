"""Whoever did its turn says so."""

from datetime import datetime, timedelta

from .models import Beat

OFTEN_ENOUGH = timedelta(seconds=5)


def mark(name: str, every: int, now: datetime) -> None:
    """`name` was well at `now`; its next turn is in `every` seconds. Written once in five seconds at most."""
    moved = Beat.objects.filter(name=name, at__lte=now - OFTEN_ENOUGH).update(at=now, every=every)
    if not moved:
        Beat.objects.get_or_create(name=name, defaults={"at": now, "every": every})
