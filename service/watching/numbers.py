"""Plain named figures, read from the rows: what is owed, what left, what came back, who works."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Min, QuerySet, Sum

from service.content.models import Disappearance, SetAside, Source, Version
from service.delivery.actions import instance
from service.delivery.models import Attempt, Batch, Bounce, Bucket, Mailing, Quarantined
from service.delivery.rules.pace import Level
from service.delivery.rules.verdicts import REMAINING, STATES, UNCERTAIN
from service.editions.models import Edition
from service.feeds.actions.owing import owing
from service.feeds.actions.publish import built_for
from service.feeds.models import BrokenArticle, PublishedFeed
from service.newsroom.current import newsroom
from service.partners.models import Key, Republication, Told

from .models import Beat
from .rules import Disk, Numbers, Owed, WayOut

LATELY, AN_HOUR = timedelta(days=7), timedelta(hours=1)
EXPIRES_SOON = timedelta(days=14)


def numbers(now: datetime) -> Numbers:
    """Cheap enough for a look every fifteen seconds: it reads what is owed and what is recent, not the past."""
    frozen, letters = _under_way()
    feeds = PublishedFeed.objects.open()
    return Numbers(
        at=now,
        heard=tuple(beat.heard for beat in Beat.objects.order_by("name")),
        owed=tuple(_owed(now, sum(letters[state] for state in REMAINING))),
        frozen=frozen,
        letters=letters,
        frozen_lately=Mailing.objects.filter(opened_at__gt=now - LATELY).aggregate(all=Sum("frozen"))["all"] or 0,
        attempts=_by("state", Attempt.objects.filter(at__gt=now - AN_HOUR)),
        bounces=_by("kind", Bounce.objects.filter(at__gt=now - LATELY)),
        ways_out=tuple(_way_out(bucket, now) for bucket in Bucket.objects.order_by("name")),
        feeds=feeds.count(),
        feeds_built=feeds.aggregate(last=Max("built_at"))["last"],
        feeds_troubled=feeds.exclude(push_trouble="").count(),
        waiting=_waiting(now),
        keys_expiring=Key.objects.live(now).filter(expires__lt=now + EXPIRES_SOON).count(),
        silent=_is_silent(now),
        skew=skew(),
        disks=tuple(disks()),
    )


def _under_way() -> tuple[int, dict[str, int]]:
    """One statement, so that it adds up at every instant."""
    mailings = Mailing.objects.filter(frozen__isnull=False, pk__in=Batch.objects.under_way().values("mailing"))
    rows = mailings.order_by().values_list("pk", "frozen", "final", "messages__state").annotate(Count("messages__id"))
    frozen: dict[int, int] = {}
    states: Counter[str] = Counter()
    for pk, count, final, state, messages in rows:
        if pk not in frozen:
            frozen[pk] = count
            states.update(final or {})
        states.update({state: messages} if state else {})
    return sum(frozen.values()), {state: states[state] for state in STATES}


def _owed(now: datetime, letters: int) -> Iterator[Owed]:
    feeds = owing(now)
    yield Owed("changes", feeds.changes, feeds.since)
    yield Owed("feeds", feeds.feeds)
    hub = PublishedFeed.objects.owed_to_hub(built_for(now), now) if newsroom().hub else PublishedFeed.objects.none()
    yield Owed("hub", hub.count())
    yield _rows("editions", Edition.objects.to_dispatch(now), "leaves_at")
    due = Batch.objects.due(now).order_by().filter(mailing__state="open")
    yield Owed("letters", letters, due.aggregate(first=Min("due_at"))["first"])
    yield _rows("numbering", Version.objects.owed_a_number(), "at")
    yield _rows("notices", Told.objects.due(now), "due")
    yield _rows("hooks", Told.objects.hook_due(now), "hook_due")
    yield _rows("looks", Republication.objects.due(now), "check_after")


def _rows(queue: str, rows: "QuerySet[Any]", since: str) -> Owed:
    found = rows.order_by().aggregate(rows=Count("pk"), first=Min(since))
    return Owed(queue, found["rows"], found["first"])


def _by(field: str, rows: "QuerySet[Any]") -> dict[str, int]:
    return dict(rows.order_by().values_list(field).annotate(Count("pk")))


def _way_out(bucket: Bucket, now: datetime) -> WayOut:
    level = Level(0, bucket.tokens, bucket.filled_at, bucket.slowed, bucket.slowed_at)
    return WayOut(str(bucket), level.slowness(now), bucket.sent_today if bucket.day == now.date() else 0)


def _waiting(now: datetime) -> dict[str, int]:
    lately = Attempt.objects.filter(state=UNCERTAIN, message__state=UNCERTAIN, at__gt=now - LATELY)
    return {
        "drafts": Edition.objects.filter(state="drafted").count(),
        "quarantine": Quarantined.objects.filter(looked_at=None).count(),
        "set aside": SetAside.objects.count(),
        "out of feeds": BrokenArticle.objects.count(),
        "vanished": Disappearance.objects.filter(held=True).count(),
        "sources": Source.objects.filter(active=True).exclude(trouble="").count(),
        "uncertain": lately.values("message").distinct().count(),
    }


def _is_silent(now: datetime) -> bool:
    try:
        instance.check(now)
    except instance.Silent:
        return True
    return False


def skew() -> timedelta:
    """An embedded database has no clock of its own."""
    if connection.vendor != "postgresql":
        return timedelta(0)
    with connection.cursor() as cursor:
        before = datetime.now(UTC)
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
        return theirs - (before + (datetime.now(UTC) - before) / 2)


def disks() -> Iterator[Disk]:
    for name in ("VAR_DIR", "FEEDS_DIR"):
        path = Path(getattr(settings, name))
        there = next((one for one in (path, *path.resolve().parents) if one.exists()), None)
        if there:
            total, _, free = shutil.disk_usage(there)
            yield Disk(name, free / total if total else 0.0, free)
