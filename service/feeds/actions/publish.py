"""Feeds that are owed: an article's version touched them, the settings have changed, a notice has stood
long enough, or a file is missing. Each is built from the rows as they are now, under a lock on its own
row, so that an older build never replaces a newer one.
"""

import hashlib
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Min
from django.db.models.functions import Coalesce, Greatest
from django.utils import translation
from lxml import etree

from service.appeals.actions.calling import revision
from service.content.actions.store import release_due
from service.content.models import Article, Author
from service.newsroom import current
from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from .. import shelf as disk
from ..formats import written
from ..links import link_header
from ..models import BrokenArticle, PublishedFeed
from ..rules import ARCHIVE, LATEST, TYPES, Document, Feed, Item, Shelf, feeds_of, fitting
from .choosing import Chosen, chosen
from .documents import document, items_of, title_of
from .farewell import absolute, farewell
from .history import close_pages
from .owed import ARCHIVES_AT_ONCE, hand_over, owed_shelves

log = structlog.get_logger(__name__)

SLICE_SECONDS = 5.0
_FORMAT_REVISION = "3"  # a change in what formats/ writes makes every feed owed


@dataclass
class Report:
    written: int = 0
    looked_at: int = 0
    released: int = 0

    def sentence(self) -> str:
        if not self.looked_at:
            return "Nothing to publish: every feed carries every article."
        return f"{self.written} feeds written, {self.looked_at - self.written} unchanged."


def publish_feeds(now: datetime, seconds: float = SLICE_SECONDS) -> Report:
    """A slice of what is owed; rings again if more is. Raises ShelfUnusable."""
    report = Report(released=release_due(now))
    try:
        return _slice(now, seconds, report)
    finally:
        if report.written and current.newsroom().hub:
            ring("push_feeds")


def _slice(now: datetime, seconds: float, report: Report) -> Report:
    ends = time.monotonic() + seconds
    BrokenArticle.objects.exclude(version=F("article__version")).delete()
    more = [hand_over(now), close_pages(now)]
    owed = owed_shelves(built_for(now), built_for(now, archive=True), now)
    for done, shelf in enumerate(owed):
        if time.monotonic() > ends and done:
            more.append(True)
            break
        publish(shelf, now, report)
    if any(more) or len(owed) >= ARCHIVES_AT_ONCE:
        ring("publish_feeds")
    return report


def publish(shelf: Shelf, now: datetime, report: Report) -> None:
    """All feeds of a shelf, from one reading of its articles."""
    feeds = feeds_of(shelf, current.newsroom().language)
    if shelf.kind == "author" and Author.objects.withheld().filter(slug=shelf.slug).exists():
        _forget(shelf)
        return
    for feed in feeds:
        PublishedFeed.objects.get_or_create(
            address=feed.address,
            defaults={
                "language": shelf.language,
                "kind": shelf.kind,
                "slug": shelf.slug,
                "format": feed.format,
            },
        )
    with transaction.atomic():
        rows = PublishedFeed.objects.select_for_update().filter(address__in=[feed.address for feed in feeds])
        locked = {row.address: row for row in rows.order_by("address")}
        if len(locked) < len(feeds):
            return  # the name that it is about was withheld this very moment
        is_new = any(row.built_at is None for row in locked.values())
        choice = chosen(shelf, now)
        until = min(filter(None, [next_publication(now), choice.until]), default=None)
        built = built_for(now, archive=shelf.kind == ARCHIVE)
        items = fitting(items_of(shelf, choice.articles, now), choice.always)
        for feed in feeds:
            report.looked_at += 1
            beside = [other for other in feeds if locked[other.address].status == 200]
            row = locked[feed.address]
            row.next_change, row.built_for = until, built
            report.written += _write(feed, row, choice, items, beside, now)
    if shelf.kind == ARCHIVE and is_new:
        PublishedFeed.objects.on(Shelf(shelf.language, LATEST)).owe()  # it can lead there now


def built_for(now: datetime, *, archive: bool = False) -> str:
    """Everything but articles that a feed's bytes come from, as one hash. Of an archive, not the calls
    that come and go."""
    told = f"{current.digest()}\n{'' if archive else revision(now)}\n{_FORMAT_REVISION}"
    return hashlib.sha256(told.encode()).hexdigest()


def _forget(shelf: Shelf) -> None:
    """Its very address names somebody: no file and no row stays, and it answers as if it had never been."""
    with transaction.atomic():
        rows = PublishedFeed.objects.on(shelf)
        for row in rows.select_for_update().order_by("address"):
            disk.take_away(Path(settings.FEEDS_DIR), row.address)
        leading_there = PublishedFeed.objects.filter(moved_to__in=rows.values_list("address", flat=True))
        if leading_there.update(moved_to="", built_at=None):  # they end without a word of where
            ring("publish_feeds")
        rows.delete()


def _write(
    feed: Feed, row: PublishedFeed, choice: Chosen, items: tuple[Item, ...], beside: list[Feed], now: datetime
) -> bool:
    """Whether bytes were written. Without a change in content, only the validators may be. `beside` are
    the feeds of the same shelf that are open."""
    folder = Path(settings.FEEDS_DIR)
    row.recheck_at, row.built_at = choice.until, now
    with translation.override(feed.shelf.language):
        row.title = title_of(feed.shelf)[:300]
        draft = document(feed, items, _EPOCH, now)
        if row.closed_at:
            draft = farewell(draft, row, row.closed_at)
    content_hash = hashlib.sha256(repr(draft).encode()).hexdigest()
    changed = content_hash != row.content_hash or row.updated is None
    updated = _moved(row.updated, draft.items) if changed or row.updated is None else row.updated
    row.updated = updated
    body = _bytes(feed, replace(draft, updated=updated), choice.articles, now)
    row.content_hash, row.etag = content_hash, hashlib.sha256(body).hexdigest()[:32]
    row.save()
    validators = disk.Validators(
        etag=row.etag,
        last_modified=disk.seconds(row.updated),
        type=TYPES[feed.format],
        self_url=draft.self_url,
        next_change=disk.seconds(row.next_change),
        size=len(body),
        link=link_header(draft, feed, beside, settings.SITE_URL),
        status=row.status,
        location=absolute(row.moved_to),
    )
    if changed or not disk.holds(folder, feed.address, row.etag):
        disk.put(folder, feed.address, body, validators)
        return True
    disk.put_validators(folder, feed.address, validators)
    return False


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _moved(before: datetime | None, items: tuple[Item, ...]) -> datetime:
    """The newest date in the feed, and later than what readers last saw (a removal moves it too)."""
    newest = max([_EPOCH, *(max(item.updated, item.published) for item in items)])
    if before is None:
        return newest
    return max(newest, datetime.fromtimestamp(before.timestamp() + 1, UTC))


def next_publication(now: datetime) -> datetime | None:
    """Of any language: a translation adds a link."""
    hour = Greatest("published", Coalesce("embargo", "published"))
    waiting = Article.objects.filter(status="scheduled").annotate(hour=hour).filter(hour__gt=now)
    found: datetime | None = waiting.aggregate(first=Min("hour"))["first"]
    return found


def _bytes(feed: Feed, whole: Document, articles: list[Article], now: datetime) -> bytes:
    """Never an invalid feed: an item that can't be written is set aside, and the rest goes out."""
    try:
        return written(feed.format, whole)
    except (ServiceError, ValueError, etree.LxmlError):
        good = tuple(item for item in whole.items if _writes(item, whole, feed, articles, now))
        log.warning("articles set aside from a feed", feed=feed.address, count=len(whole.items) - len(good))
        return written(feed.format, replace(whole, items=good))


def _writes(item: Item, whole: Document, feed: Feed, articles: list[Article], now: datetime) -> bool:
    try:
        written(feed.format, replace(whole, items=(item,)))
    except (ServiceError, ValueError, etree.LxmlError) as error:
        article = next(one for one in articles if one.guid == item.guid)
        BrokenArticle.objects.update_or_create(
            article=article, defaults={"version": article.version, "sentence": str(error), "since": now}
        )
        return False
    return True
