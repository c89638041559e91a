"""Which feeds exist, where each lives, and what one holds, as plain values.

A shelf is what a feed shows ("all of a topic in a language"); a feed is a shelf in one format at one
address. The CMS's own addresses (/feed/, /tag/<slug>/feed/ …) are feeds of their own, each with its
own self link, so that nobody has to subscribe again.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from service.attribution.rules import Attribution

MOST_ITEMS = 30
MOST_BYTES = 512 * 1024
MAX_AGE = timedelta(minutes=15)

RSS, ATOM, JSON, NDJSON = "rss", "atom", "json", "ndjson"
FORMATS = (RSS, ATOM, JSON)
TYPES = {
    RSS: "application/rss+xml",
    ATOM: "application/atom+xml",
    JSON: "application/feed+json",
    NDJSON: "application/x-ndjson",
}
NINJS_TYPE, OPML_TYPE = "application/json", "text/x-opml"

# Ours, not the machine's: the same picture must give the same bytes everywhere.
_PICTURES = {ending: f"image/{ending}" for ending in ("avif", "gif", "jpeg", "png", "webp")}
_PICTURES["jpg"] = "image/jpeg"

LATEST, REPUBLISH, ARCHIVE = "latest", "republish", "archive"
LISTED_FOR_PROGRAMS = (LATEST, REPUBLISH)  # these are there as NDJSON as well
IN_EACH_LANGUAGE = (LATEST, REPUBLISH)  # these lead to each other
_FOLDERS = {"topic": "topics", "country": "countries", "author": "authors", "kind": "kinds", ARCHIVE: LATEST}
_SAFE_SEGMENT = re.compile(r"[\w%~][\w.%~-]*")


@dataclass(frozen=True, slots=True, order=True)
class Shelf:
    """`kind` is latest, republish, topic, country, author, kind, term or archive; `slug` which one of
    them. An archive is a closed page of "latest": `2026-11`, or `2026-11-2` for the month's second."""

    language: str
    kind: str
    slug: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Feed:
    """`address` is the path that readers poll; it begins with a slash."""

    shelf: Shelf
    format: str
    address: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One that others may republish; pixels are 0 where nobody told them."""

    url: str
    alt: str
    credit: str
    width: int = 0
    height: int = 0

    @property
    def type(self) -> str:
        """By the address's ending; "" where that says nothing."""
        return _PICTURES.get(urlsplit(self.url).path.rpartition(".")[2].lower(), "")


@dataclass(frozen=True, slots=True)
class Link:
    """`id` is the guid of what it leads to, "" where that has none."""

    url: str
    language: str
    title: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """`label` is what a person reads; `about` is topic, country or kind."""

    term: str
    label: str
    scheme: str
    about: str = "topic"


@dataclass(frozen=True, slots=True)
class Note:
    """What was said, and when, of a correction or a withdrawal."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One article as a feed carries it. `content` is the copy with its attribution round it, "" where
    there is only a summary; `whole` says whether it holds all of the text. `status` is usable,
    corrected or withdrawn; `version` counts from 1. What is no article has no `attribution`. Only a partner that
    was promised it gets one with an `embargoed_until`."""

    guid: str
    title: str
    url: str
    language: str
    published: datetime
    updated: datetime
    summary: str
    content: str
    authors: tuple[str, ...]
    categories: tuple[Category, ...]
    picture: Picture | None
    translations: tuple[Link, ...]
    whole: bool = True
    key: str = ""
    version: int = 1
    status: str = "usable"
    notes: tuple[Note, ...] = ()
    attribution: Attribution | None = None
    embargoed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """An item that the feed held and holds no more, by its guid."""

    guid: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """The feed for readers that a feed to republish is made from."""

    id: str
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole feed, ready to be written down in any format. `hub`, `icon` and `older` are "" where there
    is none; `older` is the archive page that goes on where this document ends (RFC 5005 §4), `current`
    the feed that an archive page belongs to, "" for a feed itself. Only a feed to republish has a
    `source`. `report_relation` is the name of our own link relation, where a use is told (RFC 8288)."""

    id: str
    self_url: str
    home_url: str
    title: str
    description: str
    language: str
    organisation: str
    updated: datetime
    rights: str
    licence_url: str
    donate_url: str
    editors: str
    republication: str
    sibling: Link | None
    items: tuple[Item, ...]
    hub: str = ""
    older: str = ""
    current: str = ""
    icon: str = ""
    source: Source | None = None
    report_relation: str = ""
    gone: tuple[Gone, ...] = ()

    def names(self, item: Item) -> tuple[str, ...]:
        """Of whoever made an item. Importers copy them into the visible byline, so in a feed to
        republish the newsroom stands beside each."""
        return item.attribution.creators if self.source and item.attribution else item.authors


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed in a list of feeds; `page` shows it to people."""

    title: str
    url: str
    page: str
    language: str
    description: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Feeds to import in one go, by groups with a name."""

    title: str
    updated: datetime
    owner: str
    owner_url: str
    groups: tuple[tuple[str, tuple[Listed, ...]], ...]


def shelves_of(touched: dict[str, list[str]]) -> set[Shelf]:
    """Every shelf that an article stands on, from what the content store wrote down about it."""
    found = set()
    for language in touched.get("language", []):
        found |= {Shelf(language, LATEST), Shelf(language, REPUBLISH)}
        for kind in ("topic", "country", "author", "kind", "term"):
            found |= {Shelf(language, kind, slug) for slug in touched.get(kind, [])}
    return found


def feeds_of(shelf: Shelf, default_language: str) -> list[Feed]:
    """A shelf in each format, and at the CMS's address where it has one."""
    prefix = "" if shelf.language == default_language else f"/{shelf.language}"
    if shelf.kind == "term":
        return [Feed(shelf, RSS, f"{prefix}/{shelf.slug}/feed/")]
    name = f"{_FOLDERS[shelf.kind]}/{shelf.slug}" if shelf.kind in _FOLDERS else shelf.kind
    feeds = [Feed(shelf, format, f"/feeds/{shelf.language}/{name}.{format}") for format in FORMATS]
    if shelf.kind in LISTED_FOR_PROGRAMS:
        feeds.append(Feed(shelf, NDJSON, f"/feeds/{shelf.language}/{name}.{NDJSON}"))
    if shelf.kind == LATEST:
        feeds += [Feed(shelf, RSS, f"/{shelf.language}/feed/")]
        feeds += [Feed(shelf, RSS, "/feed/")] if not prefix else []
    return feeds


def file_of(address: str) -> str | None:
    """Where in FEEDS_DIR the bytes of an address lie; None for an address that no feed can have."""
    inner = address.removeprefix("/feeds/") if address.startswith("/feeds/") else f"cms{address}"
    if inner.endswith("/"):
        inner += "index.rss"
    segments = inner.split("/")
    if not all(_SAFE_SEGMENT.fullmatch(segment) for segment in segments):
        return None
    return inner


def weight(characters: int) -> int:
    """Bytes that a body of that length takes in a feed, about: a fifth more for escaping, and what stands
    round it."""
    return int(1.2 * characters) + 3500


def fitting(items: Iterable[Item], always: frozenset[str] = frozenset(), most: int = MOST_BYTES) -> tuple[Item, ...]:
    """Those that stay within `most` bytes, the newest first; at least one. The guids of `always` are in it
    whatever they weigh."""
    weighed = [(item, weight(len(item.content.encode()))) for item in items]
    total = sum(heavy for item, heavy in weighed if item.guid in always)
    kept: list[Item] = []
    full = False
    for item, heavy in weighed:
        if item.guid not in always:
            full = full or (total + heavy > most and total > 0)
            total += 0 if full else heavy
        if item.guid in always or not full:
            kept.append(item)
    return tuple(kept)


def max_age(now: datetime, next_change: datetime | None) -> int:
    """Seconds that a cache may keep the bytes: never past the moment when they are to change."""
    if next_change is None:
        return int(MAX_AGE.total_seconds())
    return max(0, min(int(MAX_AGE.total_seconds()), int((next_change - now).total_seconds())))
