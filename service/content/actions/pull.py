"""Running a source: what it publishes goes in, portion by portion, and the cursor moves along."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from django.db.models import F, Q

from service.newsroom.current import newsroom
from service.toolbox import clock
from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from ..models import Article, Source
from ..rules.drafts import Draft, Gone, Place, SourceTrouble, Unreadable
from ..sources import READERS
from . import missing, store

log = structlog.get_logger(__name__)

SLICE_SECONDS = 5.0
LEASE = timedelta(minutes=1)  # renewed with every portion; a run that died is over after it


@dataclass
class Report:
    """What a run did, counted, with the sentence of each article that was set aside."""

    source: str
    counts: Counter[str] = field(default_factory=Counter)
    set_aside: list[dict[str, str]] = field(default_factory=list)
    trouble: str = ""
    finished: bool = True
    busy: bool = False

    def sentence(self) -> str:
        if self.trouble:
            return f"{self.source}: {self.trouble}"
        told = ", ".join(f"{self.counts[name]} {name}" for name in sorted(self.counts)) or "nothing new"
        return f"{self.source}: {told}."


def add_source(kind: str, address: str, language: str = "", slug: str = "") -> Source:
    """The Source row for that place, made on first use."""
    house = newsroom()
    known = Source.objects.filter(kind=kind, address=address).first()
    if known:
        return known
    if language and language not in house.languages:
        raise ServiceError(f"{language!r} is not among newsroom.toml's languages.")
    if kind in ("wxr", "markdown") and not Path(address).exists():
        raise ServiceError(f"{address} is not there. Name the file or folder to read.")
    wanted = slug or kind
    taken = Source.objects.filter(slug__startswith=wanted).count()
    return Source.objects.create(
        kind=kind,
        address=address,
        language=language or house.language,
        slug=wanted if not taken else f"{wanted}-{taken + 1}",
        active=kind != "wxr",
    )


def pull_all(now: datetime) -> list[Report]:
    """A slice of every active source. The rest, if there is more, is asked for by a nudge."""
    reports = [pull(source, now, seconds=SLICE_SECONDS) for source in Source.objects.filter(active=True)]
    if any(not report.finished for report in reports):
        ring("pull_sources")
    return reports


def pull(
    source: Source,
    now: datetime,
    seconds: float | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Report:
    """Runs until the source has no more, or for `seconds`. One run of a source at a time; a second
    caller is told so. Trouble changes nothing and is kept as a sentence on the source."""
    report = Report(source.slug)
    if not _lease(source, now):
        report.busy, report.trouble = True, "another run is still under way; this one did nothing."
        return report
    try:
        _read(source, now, report, seconds, progress)
        source.trouble, source.failing_since = "", None
    except SourceTrouble as error:
        source.trouble = report.trouble = str(error)
        source.failing_since = source.failing_since or now
        log.warning("source gave nothing usable", source=source.slug, trouble=str(error))
    finally:
        source.leased_until, source.pulled_at = None, now
        source.save()
    return report


def pull_one(source: Source, external_id: str, now: datetime, *, announced: bool) -> str:
    """Asks the source for one article by id. `announced`: a signed notice said that it changed, so
    a 'gone' counts at once. Returns the outcome as a word."""
    ask = getattr(READERS[source.kind], "ask", None)
    if ask is None:
        raise ServiceError(f"A {source.kind} source can't be asked for one article; pull all of it.")
    item = ask(_place(source), external_id)
    if isinstance(item, Draft | Unreadable):
        missing.seen_again(source, [item.external_id])
        outcome = store.take_in(source, item, now, first_import=False)
        ring("publish_feeds", "raise_alerts", "tell_partners")
        return outcome
    article = Article.objects.filter(source=source, external_id=external_id).first()
    if article is None:
        return "unknown"
    return missing.gone(article, item.why, now, announced=announced)


def _lease(source: Source, now: datetime) -> bool:
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    taken = Source.objects.filter(free, pk=source.pk).update(leased_until=now + LEASE)
    source.refresh_from_db()
    return bool(taken)


def _place(source: Source) -> Place:
    return Place(source.kind, source.address, source.language, source.cursor, newsroom().languages)


def _read(
    source: Source, now: datetime, report: Report, seconds: float | None, progress: Callable[[int], None]
) -> None:
    reader = READERS[source.kind]
    first_import = source.imported_at is None or source.kind == "wxr"
    started = time.monotonic()
    met: list[str] = []
    taken = 0
    for portion in reader.read(_place(source), now):
        for item in portion.items:
            met.append(item.external_id)
            _take(source, item, now, report, first_import)
        if report.counts["added"] + report.counts["changed"] > taken:
            taken = report.counts["added"] + report.counts["changed"]
            ring("publish_feeds", "raise_alerts", "tell_partners")
        progress(len(met))
        source.cursor = portion.cursor
        Source.objects.filter(pk=source.pk).update(
            cursor=source.cursor, leased_until=clock.now() + LEASE, pulled_at=F("pulled_at")
        )
        if seconds is not None and time.monotonic() - started > seconds:
            report.finished = False
            return
    missing.seen_again(source, met)
    missing.compare(source, reader, _place(source), met, now, report.counts)
    source.imported_at = source.imported_at or now


def _take(source: Source, item: Draft | Unreadable | Gone, now: datetime, report: Report, first_import: bool) -> None:
    if isinstance(item, Gone):
        article = Article.objects.filter(source=source, external_id=item.external_id).first()
        if article and article.status != "withdrawn":
            report.counts[missing.gone(article, item.why, now, announced=True)] += 1
        return
    outcome = store.take_in(source, item, now, first_import=first_import)
    report.counts[outcome] += 1
    if outcome == "set aside":
        row = source.set_aside.get(external_id=item.external_id[:300])
        report.set_aside.append({"id": row.external_id, "title": row.title, "sentence": row.sentence})
