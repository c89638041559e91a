"""How long a mailing would take: at the pace that was set, and at the one that the last large one had."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max

from ..models import Mailing
from ..rules.pace import longest
from ..rules.verdicts import ACCEPTED
from .pace import WAY_OUT

ENOUGH_TO_MEASURE = 100


def takes(by_provider: Mapping[str, int], now: datetime) -> timedelta | None:
    """`by_provider` counts messages by large provider, "" for all others. None where no pace is set and
    nothing was sent yet that could be measured by."""
    total = sum(by_provider.values())
    limits = {WAY_OUT: settings.MAIL_PER_MINUTE}
    limits |= {name: settings.MAIL_PER_MINUTE_PER_PROVIDER for name in by_provider if name}
    counts = {**by_provider, WAY_OUT: total}
    return longest([(counts[name], limit) for name, limit in limits.items()] + _measured(total), settings.MAIL_PER_DAY)


def _measured(total: int) -> list[tuple[int, float]]:
    """Messages a minute of the last mailing that was large enough."""
    rows = Mailing.objects.filter(frozen__gte=ENOUGH_TO_MEASURE).exclude(opened_at=None).order_by("-opened_at")
    last = rows.first()
    accepted = last.messages.filter(state=ACCEPTED).aggregate(n=Count("id"), end=Max("changed")) if last else {}
    if last is None or not accepted["n"] or last.opened_at is None:
        return []
    seconds = max((accepted["end"] - last.opened_at).total_seconds(), 1.0)
    return [(total, accepted["n"] / seconds * 60)]
