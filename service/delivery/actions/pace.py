"""Token buckets as rows: one for the way out, one per large provider. Charged once per leased batch,
so that all workers together keep to one pace."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from ..models import Bucket
from ..rules.pace import Level

log = structlog.get_logger(__name__)

WAY_OUT = ""
PACE, DAILY_CEILING = "pace", "daily ceiling"


@dataclass(frozen=True, slots=True)
class Grant:
    """How many messages may leave now. If none: for how long not, why, and to which provider alone."""

    count: int
    wait: timedelta = timedelta(0)
    reason: str = ""
    provider: str = ""


def charge(provider: str, wanted: int, now: datetime, *, urgent: bool = False) -> Grant:
    """Takes tokens for up to `wanted` messages. What is urgent never waits for a pace that was set, so
    the rest waits longer; what a server asked for, and a daily ceiling, hold for all."""
    with transaction.atomic():
        buckets = _held(provider, now)
        left_today = _left_today(buckets[0], now)
        if left_today <= 0:
            return Grant(0, _tomorrow(now) - now, DAILY_CEILING)
        count = min(wanted, left_today)
        for bucket in buckets:
            level = _level(bucket)
            if level.rate(now) and not (urgent and level.slowness(now) == 1):
                count = min(count, int(level.filled(now)))
                if count < 1:
                    return Grant(0, level.wait(now), f"{PACE} {bucket.name}".strip(), bucket.name)
        for bucket in buckets:
            _take(bucket, count, now)
    return Grant(count)


def give_back(provider: str, count: int, now: datetime) -> None:
    """Tokens of messages that did not leave after all."""
    if count > 0:
        with transaction.atomic():
            for bucket in _held(provider, now):
                _take(bucket, -count, now)


def slow_down(provider: str, now: datetime) -> None:
    """A server asked for patience: half the pace from here on, for that provider or, where it is none
    of the large ones, for all."""
    with transaction.atomic():
        bucket = _held(provider, now)[-1]
        level = _level(bucket)
        slower = level.slower(now)
        if slower != bucket.slowed or level.slowness(now) == 1:
            log.warning("a mail server asked for patience", provider=provider or "all", divisor=slower)
            # What is urgent may have run up a debt, and waits itself from here on: it is forgiven.
            bucket.tokens, bucket.filled_at = min(max(level.filled(now), 0.0), 1.0), now
            bucket.slowed, bucket.slowed_at = slower, now
            bucket.save()


def _held(provider: str, now: datetime) -> list[Bucket]:
    """The way out's bucket and the provider's, locked in this order."""
    names = [WAY_OUT, provider] if provider else [WAY_OUT]
    rows = Bucket.objects.select_for_update().filter(name__in=names).order_by("name")
    have = {bucket.name: bucket for bucket in rows}
    for name in names:
        if name not in have:
            full = {"tokens": Level(_per_minute(name), 0, now).full(now), "filled_at": now}
            Bucket.objects.get_or_create(name=name, defaults=full)
            have[name] = Bucket.objects.select_for_update().get(name=name)
    return [have[name] for name in names]


def _per_minute(name: str) -> int:
    return settings.MAIL_PER_MINUTE_PER_PROVIDER if name else settings.MAIL_PER_MINUTE


def _level(bucket: Bucket) -> Level:
    return Level(_per_minute(bucket.name), bucket.tokens, bucket.filled_at, bucket.slowed, bucket.slowed_at)


def _take(bucket: Bucket, count: int, now: datetime) -> None:
    level = _level(bucket)
    bucket.tokens, bucket.filled_at = level.filled(now) - count, level.looked_at(now)
    if bucket.name == WAY_OUT:
        if not _is_today(bucket, now):
            bucket.day, bucket.sent_today = now.date(), 0
        bucket.sent_today = max(0, bucket.sent_today + count)
    bucket.save()


def _left_today(bucket: Bucket, now: datetime) -> int:
    if not settings.MAIL_PER_DAY:
        return 1_000_000_000
    return int(settings.MAIL_PER_DAY) - (bucket.sent_today if _is_today(bucket, now) else 0)


def _is_today(bucket: Bucket, now: datetime) -> bool:
    """Also where another worker's clock has struck midnight already."""
    return bucket.day is not None and bucket.day - now.date() in (timedelta(0), timedelta(days=1))


def _tomorrow(now: datetime) -> datetime:
    """A day is UTC's."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
