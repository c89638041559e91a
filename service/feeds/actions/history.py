"""Each article's place in the history of its language: open at first, then in an archive page for ever."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Length

from service.content.models import Article, Version
from service.newsroom.current import newsroom

from ..archives import Open, Page, closing, named
from ..models import ArchiveEntry, ArchivePage, PublishedFeed
from ..rules import ARCHIVE, LATEST, Feed, Shelf, feeds_of, weight

OPENED_AT_ONCE = 1000


def take_in(versions: Iterable[Version]) -> None:
    """What was published for the first time is open; what is now in another language is open there."""
    ids = {version.article_id for version in versions}
    shown = Article.objects.seen().filter(pk__in=ids).values_list("pk", "language")
    entries = [ArchiveEntry(article_id=pk, language=language) for pk, language in shown]
    ArchiveEntry.objects.bulk_create(entries, ignore_conflicts=True)
    moved = ArchiveEntry.objects.filter(article__in=ids).exclude(language=F("article__language"))
    for entry in moved.select_related("article", "page"):
        if entry.page:
            PublishedFeed.objects.on(entry.page.shelf).owe()
        ArchiveEntry.objects.filter(pk=entry.pk).update(language=entry.article.language, page=None)


def pages_of(articles: Iterable[Article]) -> set[Shelf]:
    held = ArchivePage.objects.filter(entries__article__in=list(articles)).distinct()
    return {page.shelf for page in held}


def close_pages(now: datetime) -> bool:
    """Whether there may be more to close."""
    more = [_close(language, now) for language in newsroom().languages]
    return any(more)


def older(feed: Feed) -> str:
    """The address of the page that goes on where that feed ends, or ""."""
    if feed.shelf.kind not in (LATEST, ARCHIVE):
        return ""
    built = PublishedFeed.objects.archives().filter(
        language=feed.shelf.language, slug=OuterRef("name"), format=feed.format, built_at__isnull=False
    )
    pages = ArchivePage.objects.filter(Exists(built), language=feed.shelf.language).order_by("-id")
    if feed.shelf.kind == ARCHIVE:
        pages = pages.filter(pk__lt=ArchivePage.objects.get(language=feed.shelf.language, name=feed.shelf.slug).pk)
    page = pages.first()
    return _address(page.shelf, feed.format) if page else ""


def current(feed: Feed) -> str:
    """Of an archive page: the address of the feed that readers poll. Else ""."""
    return _address(Shelf(feed.shelf.language, LATEST), feed.format) if feed.shelf.kind == ARCHIVE else ""


def _address(shelf: Shelf, format: str) -> str:
    return str(settings.SITE_URL) + next(
        feed.address for feed in feeds_of(shelf, newsroom().language) if feed.format == format
    )


def _close(language: str, now: datetime) -> bool:
    """What a first import brings waits until it is complete: then it is archived month by month."""
    zone = newsroom().zone
    with transaction.atomic():
        entries = ArchiveEntry.objects.filter(language=language, page=None).select_for_update(of=("self",))
        ready = entries.exclude(
            article__imported=True, article__source__imported_at=None, article__source__active=True
        ).order_by("article__published", "pk")[:OPENED_AT_ONCE]
        opened = [
            Open(pk, published.astimezone(zone), weight(length))
            for pk, published, length in ready.values_list("pk", "article__published", Length("article__body"))
        ]
        pages = closing(opened)
        if pages:
            _write_down(language, pages, now)
    return bool(pages) and len(opened) == OPENED_AT_ONCE


def _write_down(language: str, pages: list[Page], now: datetime) -> None:
    known = ArchivePage.objects.filter(language=language).values_list("name", flat=True)
    taken = Counter(name[:7] for name in known)
    for name, page in named(pages, taken):
        row = ArchivePage.objects.create(language=language, name=name, closed_at=now)
        ArchiveEntry.objects.filter(pk__in=page.ids).update(page=row)
        PublishedFeed.objects.bulk_create(
            [
                PublishedFeed(address=feed.address, language=language, kind=ARCHIVE, slug=name, format=feed.format)
                for feed in feeds_of(row.shelf, newsroom().language)
            ],
            ignore_conflicts=True,
        )
