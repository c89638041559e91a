"""The feeds that there are, as people look for them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from babel.dates import format_date
from django.conf import settings
from django.utils.translation import get_language, gettext

from service.feeds.actions.choosing import articles_on
from service.feeds.actions.documents import items_of
from service.feeds.models import PublishedFeed, PublishedFeedQuerySet
from service.feeds.rules import ATOM, JSON, NDJSON, REPUBLISH, RSS, Item, Listed, Listing, Shelf
from service.newsroom.current import newsroom

from .pages import languages

PREVIEW_ITEMS = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """A feed in one format, and whom it is for."""

    label: str
    url: str
    whom: str


@dataclass(frozen=True, slots=True)
class Card:
    """One shelf, and its feeds: the one that every reader takes, and the others. `whole`: with all of the
    text."""

    title: str
    language: str
    description: str
    whole: bool
    preview_url: str
    feeds: tuple[Choice, ...]


def groups() -> list[tuple[str, list[Card]]]:
    """Per language, the reader's own first: the main feeds, then those by topic, country, kind and author."""
    names = dict(_group_names())
    found: dict[str, list[Card]] = {}
    for (language, kind), cards in _cards().items():
        heading = f"{dict(languages())[language]}: {names[kind]}"
        found.setdefault(heading, []).extend(cards)
    return list(found.items())


def card(language: str, name: str) -> Card | None:
    """The card whose feeds are /feeds/<language>/<name>.rss and the like."""
    rows = list(PublishedFeed.objects.open().filter(address__startswith=f"/feeds/{language}/{name}."))
    return _card(rows) if rows else None


def preview(language: str, name: str, now: datetime) -> list[dict[str, str]]:
    """The newest items as a reader shows them, marks and notices with them."""
    row = PublishedFeed.objects.filter(address=f"/feeds/{language}/{name}.rss").first()
    if row is None:
        return []
    shelf = Shelf(row.language, row.kind, row.slug)
    return [_shown(item) for item in items_of(shelf, articles_on(shelf, now)[:PREVIEW_ITEMS], now)]


def listing(spoken: list[str]) -> Listing:
    """The feeds of these languages, to import into a reader in one go."""
    house = newsroom()
    rows = _listed().filter(language__in=spoken, format=RSS).order_by("kind", "slug")
    names = dict(languages())
    return Listing(
        title=house.name,
        updated=max((row.updated for row in rows if row.updated), default=datetime(house.founded, 1, 1, tzinfo=UTC)),
        owner=house.name,
        owner_url=house.sites[spoken[0]],
        groups=tuple(
            (names[language], tuple(_line(row) for row in rows if row.language == language)) for language in spoken
        ),
    )


def _line(row: PublishedFeed) -> Listed:
    return Listed(
        title=row.title,
        url=settings.SITE_URL + row.address,
        page=settings.SITE_URL + _preview_path(row),
        language=row.language,
        description=newsroom().tagline[row.language],
    )


def _cards() -> dict[tuple[str, str], list[Card]]:
    order = [kind for kind, _ in _group_names()]
    rows: dict[tuple[str, str, str], list[PublishedFeed]] = {}
    for row in _listed().order_by("language", "title"):
        rows.setdefault((row.language, row.kind, row.slug), []).append(row)
    cards: dict[tuple[str, str], list[Card]] = {}
    spoken = sorted(newsroom().languages, key=lambda language: language != get_language())
    for language, kind, slug in sorted(rows, key=lambda one: (spoken.index(one[0]), order.index(one[1]))):
        cards.setdefault((language, kind), []).append(_card(rows[language, kind, slug]))
    return cards


def _listed() -> PublishedFeedQuerySet:
    """What people look for: the archives' pages are found from the feeds."""
    kinds = [kind for kind, _ in _group_names()]
    listed = PublishedFeed.objects.open().filter(language__in=newsroom().languages, kind__in=kinds)
    return listed.filter(address__startswith="/feeds/")


def _group_names() -> list[tuple[str, str]]:
    return [
        ("latest", gettext("Everything")),
        ("republish", gettext("To republish")),
        ("topic", gettext("By topic")),
        ("country", gettext("By country")),
        ("kind", gettext("By kind")),
        ("author", gettext("By author")),
    ]


def _card(rows: list[PublishedFeed]) -> Card:
    first = rows[0]
    house = newsroom()
    return Card(
        title=first.title or first.address,
        language=first.language,
        description=house.tagline[first.language],
        whole=house.full_text_feeds or first.kind == REPUBLISH,
        preview_url=_preview_path(first),
        feeds=tuple(
            Choice(label, settings.SITE_URL + row.address, whom)
            for format, label, whom in _formats()
            for row in rows
            if row.format == format
        ),
    )


def _formats() -> list[tuple[str, str, str]]:
    """Each with a word for whom it is; the first is what every reader takes."""
    return [
        (RSS, "RSS", gettext("for every feed reader")),
        (ATOM, "Atom", gettext("the same, more exact about dates and languages")),
        (JSON, "JSON Feed", gettext("the same for programs, with the terms as data")),
        (NDJSON, "ninjs", gettext("for a newsroom's own systems: IPTC ninjs 3.1, an article on each line")),
    ]


def _preview_path(row: PublishedFeed) -> str:
    return row.address.rsplit(".", 1)[0] + "/"


def _shown(item: Item) -> dict[str, str]:
    day = item.published.astimezone(newsroom().zone)
    return {
        "title": item.title,
        "url": item.url,
        "byline": item.attribution.byline if item.attribution else "",
        "date": format_date(day, "long", locale=item.language),
        "summary": item.summary,
    }
