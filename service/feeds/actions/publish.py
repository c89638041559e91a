"""Feeds that are owed: an article's version is newer than the feeds that carry it, the settings have
changed, a notice has stood long enough, or a file is missing. Each is built from the rows as they are
now, under a lock on its own row, so that an older build never replaces a newer one.
"""

import hashlib
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from lxml import etree

from service.appeals.actions import revision
from service.content.actions.store import release_due
from service.content.models import Article, Version
from service.newsroom import current
from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from .. import shelf as disk
from ..formats import WRITERS
from ..links import link_header
from ..models import BrokenArticle, PublishedFeed
from ..rules import TYPES, Document, Feed, Item, Shelf, feeds_of, fitting, shelves_of
from .documents import articles_on, document, items_of, notice_ends, title_of
from .farewell import absolute, farewell

log = structlog.get_logger(__name__)

SLICE_SECONDS = 5.0
VERSIONS_AT_ONCE = 500
_FORMAT_REVISION = "1"  # a change in what formats/ writes makes every feed owed


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
    versions = list(Version.objects.owed_to_feeds().order_by("id")[:VERSIONS_AT_ONCE])
    owed = {shelf for version in versions for shelf in shelves_of(version.touched)}
    owed = {shelf for shelf in owed if shelf.language in current.newsroom().languages} | _lacking(now)
    for done, shelf in enumerate(sorted(owed)):
        if time.monotonic() > ends and done:
            ring("publish_feeds")
            return report
        publish(shelf, now, report)
    Version.objects.filter(pk__in=[version.pk for version in versions]).update(carried_at=now)
    if Version.objects.owed_to_feeds().exists():
        ring("publish_feeds")
    return report


def publish(shelf: Shelf, now: datetime, report: Report) -> None:
    """All feeds of a shelf, from one reading of its articles."""
    feeds = feeds_of(shelf, current.newsroom().language)
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
        articles = articles_on(shelf, now)
        items = fitting(items_of(shelf, articles, now))
        for feed in feeds:
            report.looked_at += 1
            beside = [other for other in feeds if locked[other.address].status == 200]
            report.written += _write(feed, locked[feed.address], articles, items, beside, now)


def built_for(now: datetime) -> str:
    """Everything but articles that a feed's bytes come from, as one hash."""
    told = f"{current.digest()}\n{revision(now)}\n{_FORMAT_REVISION}"
    return hashlib.sha256(told.encode()).hexdigest()


def _lacking(now: datetime) -> set[Shelf]:
    """Shelves whose feeds are outdated, or whose files are not the ones that the rows speak of."""
    found = set()
    outdated = set(PublishedFeed.objects.owed(built_for(now), now).values_list("pk", flat=True))
    spoken = PublishedFeed.objects.filter(language__in=current.newsroom().languages)
    for row in spoken.only("address", "etag", "language", "kind", "slug"):
        if row.pk in outdated or not disk.holds(Path(settings.FEEDS_DIR), row.address, row.etag):
            found.add(Shelf(row.language, row.kind, row.slug))
    return found


def _write(
    feed: Feed,
    row: PublishedFeed,
    articles: list[Article],
    items: tuple[Item, ...],
    beside: list[Feed],
    now: datetime,
) -> bool:
    """Whether bytes were written. Without a change in content, only the validators may be. `beside` are
    the feeds of the same shelf that are open."""
    folder = Path(settings.FEEDS_DIR)
    row.next_change = _next_change(feed.shelf.language, now)
    row.recheck_at, row.built_at, row.built_for = notice_ends(articles), now, built_for(now)
    with translation.override(feed.shelf.language):
        row.title = title_of(feed.shelf)[:300]
        draft = document(feed, items, _EPOCH, now)
        if row.closed_at:
            draft = farewell(draft, row, row.closed_at)
    content_hash = hashlib.sha256(repr(draft).encode()).hexdigest()
    changed = content_hash != row.content_hash or row.updated is None
    updated = _moved(row.updated, draft.items) if changed or row.updated is None else row.updated
    row.updated = updated
    body = _bytes(feed, replace(draft, updated=updated), articles, now)
    row.content_hash, row.etag = content_hash, hashlib.sha256(body).hexdigest()[:32]
    row.save()
    validators = disk.Validators(
        etag=row.etag,
        last_modified=disk.seconds(row.updated),
        type=TYPES[feed.format],
        self_url=draft.self_url,
        next_change=min(filter(None, (disk.seconds(row.next_change), disk.seconds(row.recheck_at))), default=0),
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


def _next_change(language: str, now: datetime) -> datetime | None:
    scheduled = Article.objects.filter(status="scheduled", language=language).order_by("published")
    hours = [max(one.published, one.embargo or one.published) for one in scheduled[:20]]
    return min((hour for hour in hours if hour > now), default=None)


def _bytes(feed: Feed, whole: Document, articles: list[Article], now: datetime) -> bytes:
    """Never an invalid feed: an item that can't be written is set aside, and the rest goes out."""
    write = WRITERS[feed.format]
    try:
        return _checked(write(whole), len(whole.items))
    except (ServiceError, ValueError, etree.LxmlError):
        good = tuple(item for item in whole.items if _writes(item, whole, feed, articles, now))
        log.warning("articles set aside from a feed", feed=feed.address, count=len(whole.items) - len(good))
        return _checked(write(replace(whole, items=good)), len(good))


def _writes(item: Item, whole: Document, feed: Feed, articles: list[Article], now: datetime) -> bool:
    try:
        _checked(WRITERS[feed.format](replace(whole, items=(item,))), 1)
    except (ServiceError, ValueError, etree.LxmlError) as error:
        article = next(one for one in articles if one.guid == item.guid)
        BrokenArticle.objects.update_or_create(
            article=article, defaults={"version": article.version, "sentence": str(error), "since": now}
        )
        return False
    return True


def _checked(body: bytes, count: int) -> bytes:
    """Read back strictly, and counted."""
    root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    found = len(root.findall("channel/item")) + len(root.findall("{http://www.w3.org/2005/Atom}entry"))
    if found != count:
        raise ValueError(f"{count} items were to be written, {found} can be read back.")
    return body
