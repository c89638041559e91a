"""Counting wrong passwords, without keeping who typed what, or where.

A row is a keyed hash of a name, or of a name and a network on one day: with another salt each day it tells
nothing of yesterday. Rows go once they count for nothing.
"""

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.db import transaction

from ..models import Miss
from ..rules.lockout import FROM_EVERYWHERE, FROM_ONE_NETWORK, WINDOW, is_over


def is_shut_out(name: str, network: str, now: datetime) -> bool:
    """Whether no password is even looked at: for that name, from that network or from any."""
    return any(_count(mark, now) >= most for mark, most in _limits(name, network, now))


def miss(name: str, network: str, now: datetime) -> bool:
    """One more wrong password. Returns whether this was the one too many."""
    with transaction.atomic():
        counts = [(_add(mark, now), most) for mark, most in _limits(name, network, now)]
    return any(count >= most for count, most in counts)


def forgive(name: str, network: str, now: datetime) -> None:
    """Whoever is in begins anew from their network. What others tried from elsewhere stays counted."""
    Miss.objects.filter(mark=_mark(f"{now.date()} {name} {network}")).delete()


def forget_misses(now: datetime) -> int:
    """Returns how many rows."""
    return Miss.objects.filter(since__lte=now - WINDOW).delete()[0]


def _limits(name: str, network: str, now: datetime) -> list[tuple[str, int]]:
    """In the order in which rows are locked."""
    here, everywhere = _mark(f"{now.date()} {name} {network}"), _mark(name)
    return sorted([(here, FROM_ONE_NETWORK), (everywhere, FROM_EVERYWHERE)])


def _count(mark: str, now: datetime) -> int:
    row = Miss.objects.filter(mark=mark).first()
    return row.count if row and not is_over(row.since, now) else 0


def _add(mark: str, now: datetime) -> int:
    Miss.objects.get_or_create(mark=mark, defaults={"since": now})
    row = Miss.objects.select_for_update().get(mark=mark)
    if is_over(row.since, now):
        row.since, row.count = now, 0
    row.count += 1
    row.save(update_fields=["since", "count"])
    return row.count


def _mark(of: str) -> str:
    key = hmac.digest(settings.SECRET_KEY.encode(), b"byline.misses", "sha256")
    return hmac.new(key, of.encode(), hashlib.sha256).hexdigest()
