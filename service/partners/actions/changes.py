"""The list of changes: numbered in the order in which they became known, read on from a cursor.

Whoever numbers holds the counter's row locked until commit. So no number can be read while a lower one
is still to come, and a reader who goes on after the last that it read misses nothing.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q

from service.content.models import Article, Version

from ..models import Change, Counter, Partner, Pull
from ..rules.changes import CREATED, DESELECTED, kind_of_change
from .reach import wanted_by

AT_ONCE = 500
_TEXTS = ("article__body", "article__original", "version__body", "version__touched")


@dataclass(frozen=True, slots=True)
class Page:
    """`last` is where to go on from, `more` whether there is something already."""

    changes: Sequence[Change]
    last: int
    more: bool


def number_changes(now: datetime, seconds: float) -> int:
    """Returns how many versions were numbered, all that are owed it unless time runs out."""
    Counter.objects.get_or_create(pk=1)
    ends, numbered = time.monotonic() + seconds, 0
    while done := _number_some(now):
        numbered += done
        if time.monotonic() > ends:
            break
    return numbered


def add(changes: Sequence[Change]) -> None:
    """In a transaction. Gives them the next numbers; until it ends nobody else can number."""
    counter = Counter.objects.select_for_update().get_or_create(pk=1)[0]
    for change in changes:
        counter.last += 1
        change.number = counter.last
    Change.objects.bulk_create(changes)
    counter.save()


def changes_for(partner: Partner, after: int, limit: int) -> Page:
    """What concerns articles that the partner chooses, or was given once. Of what is held only that it is no
    longer theirs; released, it is told as restored."""
    last = last_number()  # first: what is numbered from now on comes at the next call
    given = Exists(Pull.objects.filter(partner=partner, article=OuterRef("article")))
    wanted = Exists(Article.objects.filter(wanted_by(partner), pk=OuterRef("article")).exclude(first_seen__isnull=True))
    everybodys = Q(partner=None) | Q(partner=partner, kind=CREATED)
    mine = Q(partner=partner, kind=DESELECTED) | (everybodys & (Q(given) | Q(wanted)))
    spoken_of = Q(kind=DESELECTED) | ~Q(article__status="held")
    rows = Change.objects.filter(mine, spoken_of, number__gt=after, number__lte=last).order_by("number")
    found = list(rows.select_related("article", "version").defer(*_TEXTS)[: limit + 1])
    more = len(found) > limit
    return Page(found[:limit], found[limit - 1].number if more else max(last, after), more)


def last_number() -> int:
    return Counter.objects.aggregate(last=Max("last"))["last"] or 0


def _number_some(now: datetime) -> int:
    with transaction.atomic():
        # Locked: the desk may call a fix a correction this very moment, and then it must be told again.
        owed = Version.objects.owed_a_number().select_for_update(of=("self",)).select_related("article")
        versions = list(owed.defer("body", "article__body", "article__original").order_by("at", "id")[:AT_ONCE])
        add(_changes(versions))
        Version.objects.filter(pk__in=[version.pk for version in versions]).update(numbered_at=now)
        return len(versions)


def _changes(versions: Sequence[Version]) -> list[Change]:
    to_come = {version.article_id for version in versions if _is_to_come(version)}
    early = set(Pull.objects.filter(article__in=to_come).values_list("article_id", flat=True))
    found = []
    for version in versions:
        status, given_early = version.article.status, version.article_id in early
        kind = kind_of_change(version.kind, status, to_come=_is_to_come(version), given_early=given_early)
        if kind:
            found.append(Change(article_id=version.article_id, version=version, kind=kind, at=version.at))
    return found


def _is_to_come(version: Version) -> bool:
    first_seen = version.article.first_seen
    return version.kind == "scheduled" or first_seen is None or version.at < first_seen
