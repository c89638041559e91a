"""How each feed stands: what it holds, whether it is up to date, and how often it is asked for."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Q, QuerySet, When

from ..models import PublishedFeed
from ..rules import LATEST, REPUBLISH, Shelf
from .audience import asked_for
from .holding import first_of, size_of, versions_in
from .publish import built_for

LIVE, CLOSED, MOVED, OWED, MISSING = "live", "closed", "moved", "owed", "missing"
_FIRST = (LATEST, REPUBLISH, "kind", "topic", "country", "author", "term", "archive")


@dataclass(frozen=True, slots=True)
class Standing:
    """The feeds of a shelf, of which `feed` is the first. `size` is the largest file's, in bytes; `state`
    one of live, closed, moved, owed and missing (no file where one should be); `readers` an estimate."""

    feed: PublishedFeed
    rows: tuple[PublishedFeed, ...]
    items: int
    size: int
    state: str
    asked: int
    readers: int
    trouble: str


def shelves(language: str, kind: str, state: str) -> "QuerySet[PublishedFeed, tuple[str, str, str]]":
    """As (language, kind, slug); "" asks for all, and for every kind but archives. `state` may be "ended"
    or "trouble"."""
    found = PublishedFeed.objects.filter(kind=kind) if kind else PublishedFeed.objects.current()
    if language:
        found = found.filter(language=language)
    if state == "ended":
        found = found.exclude(closed_at=None)
    if state == "trouble":
        found = found.filter(~Q(push_trouble="") | Q(built_for="") | Q(built_at=None))
    rank = Case(*(When(kind=one, then=place) for place, one in enumerate(_FIRST)), default=len(_FIRST))
    ordered = found.annotate(rank=rank).order_by("language", "rank", "slug")
    return ordered.values_list("language", "kind", "slug").distinct()


def standing(shelf: Shelf, now: datetime) -> Standing:
    rows = tuple(PublishedFeed.objects.on(shelf).order_by("address"))
    first = first_of(rows)
    polls = asked_for([row.address for row in rows], now).values()
    return Standing(
        feed=first,
        rows=rows,
        items=len(versions_in(first.address, first.format)),
        size=max(size_of(row.address) for row in rows),
        state=_state(first, now),
        asked=sum(asked for asked, _ in polls),
        readers=sum(readers for _, readers in polls),
        trouble=next((row.push_trouble for row in rows if row.push_trouble), ""),
    )


def _state(feed: PublishedFeed, now: datetime) -> str:
    if feed.closed_at:
        return MOVED if feed.moved_to else CLOSED
    outdated = feed.built_for != built_for(now, archive=feed.kind == "archive")
    if feed.built_at is None or outdated or (feed.recheck_at and feed.recheck_at <= now):
        return OWED
    return LIVE if size_of(feed.address) else MISSING
