"""What feeds owe, as rows: a feed's own row says that it is outdated.

A version of an article is handed to the feeds that it touches, and is carried from then on. So a slice
that ends half way has done what it did, and whoever comes next goes on.
"""

from collections.abc import Iterable
from datetime import datetime
from os import scandir
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Mod

from service.content.models import Article, Version
from service.newsroom.current import newsroom

from .. import shelf as disk
from ..models import PublishedFeed, PublishedFeedQuerySet
from ..rules import ARCHIVE, IN_EACH_LANGUAGE, LATEST, Shelf, feeds_of, shelves_of
from . import history

VERSIONS_AT_ONCE = 500
ARCHIVES_AT_ONCE = 600
NEW_PAGES_FIRST = 10
TURNS, TURN_SECONDS = 360, 10


def hand_over(now: datetime) -> bool:
    """Versions, the oldest first, to the feeds that they touch. Whether there are more."""
    with transaction.atomic():
        owed = Version.objects.owed_to_feeds().select_for_update(of=("self",), skip_locked=True)
        versions = list(owed.select_related("article").order_by("id")[:VERSIONS_AT_ONCE])
        history.take_in(versions)
        came = [version for version in versions if version.kind != "scheduled"]
        _make(_touched(came))
        owe_shelves(_touched(versions))
        Version.objects.filter(pk__in=[version.pk for version in versions]).update(carried_at=now)
    return len(versions) == VERSIONS_AT_ONCE


def owed_shelves(built_for: str, archives_built_for: str, now: datetime) -> list[Shelf]:
    """New archive pages first, so that the current feed can lead there; then what readers poll, then the
    other pages, as many as a slice may get done."""
    spoken = PublishedFeed.objects.filter(language__in=newsroom().languages)
    archives = spoken.archives()
    new = _shelves(archives.filter(built_at=None).order_by("id")[: NEW_PAGES_FIRST * len(feeds_of(_ANY, ""))])
    current = _shelves(spoken.current().owed(built_for, now)) | _spoiled(spoken.current())
    leading = {Shelf(shelf.language, LATEST) for shelf in new}
    rest = _shelves(archives.owed(archives_built_for, now).order_by("id")[:ARCHIVES_AT_ONCE])
    rest |= _lost(archives) | _spoiled(_in_turn(archives, now))
    return [*sorted(new), *sorted(current | leading), *sorted(rest - new)]


_ANY = Shelf("en", ARCHIVE, "2026-11")


def _touched(versions: list[Version]) -> set[Shelf]:
    """Where the articles stand or stood, their pages, and where others show them."""
    found = {shelf for version in versions for shelf in shelves_of(version.touched)}
    articles = [version.article for version in versions]
    others = list(_others_that_show(versions))
    for article in others:
        found |= shelves_of(article.shelved_under())
    return {shelf for shelf in found | history.pages_of([*articles, *others]) if shelf.language in newsroom().languages}


def _others_that_show(versions: list[Version]) -> Iterable[Article]:
    """Translations link to each other. Stories that belong beside one show what it became."""
    groups = {version.article.translation for version in versions if version.article.translation}
    shows = Q(translation__in=groups)
    for version in versions:
        if version.kind in ("withdrawal", "restored", "held", "released"):
            shows |= Q(related_keys__icontains=str(version.article_id))
    if not groups and len(shows) == 1:
        return []
    return Article.objects.seen().filter(shows).complete()


def _make(shelves: set[Shelf]) -> None:
    """Rows for those that never were. What is scheduled makes none: that its topic or author has a feed
    would tell of it."""
    house = newsroom()
    rows = [
        PublishedFeed(
            address=feed.address, language=shelf.language, kind=shelf.kind, slug=shelf.slug, format=feed.format
        )
        for shelf in sorted(shelves)
        for feed in feeds_of(shelf, house.language)
    ]
    known = set(
        PublishedFeed.objects.filter(address__in=[row.address for row in rows]).values_list("address", flat=True)
    )
    PublishedFeed.objects.bulk_create(rows, ignore_conflicts=True)
    new = {row.kind for row in rows if row.address not in known}
    PublishedFeed.objects.filter(kind__in=new.intersection(IN_EACH_LANGUAGE)).owe()  # the others can lead there now


def owe_shelves(shelves: set[Shelf]) -> None:
    addresses = [feed.address for shelf in shelves for feed in feeds_of(shelf, newsroom().language)]
    known = PublishedFeed.objects.filter(address__in=addresses)
    list(known.order_by("address").select_for_update().values_list("pk"))  # in one order, as whoever builds does
    known.owe()


def _shelves(rows: PublishedFeedQuerySet) -> set[Shelf]:
    return {Shelf(*row) for row in rows.values_list("language", "kind", "slug")}


def _spoiled(rows: PublishedFeedQuerySet) -> set[Shelf]:
    """Whose files are not the ones that the rows speak of."""
    folder = Path(settings.FEEDS_DIR)
    known = rows.values_list("address", "etag", "language", "kind", "slug")
    return {Shelf(*shelf) for address, etag, *shelf in known if not disk.holds(folder, address, etag)}


def _in_turn(archives: PublishedFeedQuerySet, now: datetime) -> PublishedFeedQuerySet:
    """Pages are many and change seldom: each one's bytes are looked at once an hour."""
    turn = int(now.timestamp()) // TURN_SECONDS % TURNS
    return archives.annotate(turn=Mod(F("id"), TURNS)).filter(turn=turn)


def _lost(archives: PublishedFeedQuerySet) -> set[Shelf]:
    """Pages that were built and whose files are gone; a look at the folder, not at each file."""
    found: set[Shelf] = set()
    for language in newsroom().languages:
        there = _names(Path(settings.FEEDS_DIR) / language / LATEST)
        built = archives.filter(language=language).exclude(built_at=None)
        if len(there) == len(disk.ENDINGS) * built.count():
            continue
        for address, slug in built.values_list("address", "slug"):
            name = address.rpartition("/")[2]
            if not all(name + ending in there for ending in disk.ENDINGS):
                found.add(Shelf(language, ARCHIVE, slug))
    return found


def _names(folder: Path) -> set[str]:
    try:
        with scandir(folder) as entries:
            return {entry.name for entry in entries if not entry.name.startswith(".")}
    except FileNotFoundError:
        return set()
