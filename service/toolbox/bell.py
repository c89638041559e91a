"""The nudge: says after commit that work is owed, so that nobody waits for the next beat.

Whoever does the work (worker/apps.py) listens; with nobody listening a ring is silent and the
sweep finds the work. Nothing here knows Celery.
"""

from django.db import transaction
from django.dispatch import Signal

rung = Signal()


def ring(*work: str) -> None:
    """Name the tasks that now have something to do, e.g. ring("publish_feeds", "raise_alerts")."""
    for name in work:
        transaction.on_commit(lambda name=name: rung.send_robust(sender=None, work=name))  # type: ignore[misc]
