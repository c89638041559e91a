"""What became of stories after readers got them: corrections and withdrawals, told and not hidden."""

from dataclasses import dataclass
from datetime import datetime

from service.content.models import Version, VersionQuerySet

from ..models import Edition


@dataclass(frozen=True, slots=True)
class Notice:
    """A story that changed after readers got it."""

    kind: str
    title: str
    url: str
    note: str
    at: datetime


def notices(language: str, start: datetime | None, end: datetime | None) -> tuple[Notice, ...]:
    """Corrections and withdrawals told in that time: the last word on each story, if it still holds."""
    if not start or not end:
        return ()
    return _last_words(Version.objects.told_between(language, start, end))


def notices_in(edition: Edition) -> tuple[Notice, ...]:
    """What it tells. A week that was named may not be over: what comes after the draft, the next one tells."""
    until = min(edition.period_end, edition.drafted_at) if edition.period_end else None
    return notices(edition.language, edition.period_start, until)


def notices_since(edition: Edition) -> tuple[Notice, ...]:
    """What was told of its own stories since it went out."""
    if edition.approved_at is None:
        return ()
    stories = list(edition.items.filter(left_out=False).values_list("article", flat=True))
    told = Version.objects.filter(kind__in=["correction", "withdrawal"], at__gte=edition.approved_at)
    return _last_words(told.filter(article__in=[*stories, edition.article_id]))


def _last_words(told: VersionQuerySet) -> tuple[Notice, ...]:
    """In the order in which they were told."""
    last = {version.article_id: version for version in told.select_related("article").order_by("at", "id")}
    return tuple(
        Notice(version.kind, version.title, version.article.canonical_url, version.note, version.at)
        for version in last.values()
        if version.article.status == ("withdrawn" if version.kind == "withdrawal" else "published")
    )
