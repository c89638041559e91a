"""Where an article stands now, feed by feed, and what is still owed."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from service.content.models import Article

from ..models import PublishedFeed
from ..rules import FORMATS, Shelf, shelves_of
from .history import pages_of
from .holding import first_of, versions_in


@dataclass(frozen=True, slots=True)
class Carrying:
    """A shelf's feeds. `version` is what readers get of the article there, None where it is not in it;
    `owed`: it is about to be written anew."""

    feed: PublishedFeed
    title: str
    formats: tuple[str, ...]
    version: int | None
    owed: bool


def carrying(article: Article) -> list[Carrying]:
    """Every feed that is about the article, the one of all articles first. Of a shelf one file is read: its
    formats are written together."""
    owed = article.versions.owed_to_feeds().exists()
    return [_carrying(rows, article, owed) for rows in _rows(article)]


def _carrying(rows: list[PublishedFeed], article: Article, owed: bool) -> Carrying:
    first = first_of(rows)
    held = versions_in(first.address, first.format)
    return Carrying(
        feed=first,
        title=first.title or first.address,
        formats=tuple(sorted({row.format for row in rows})),
        version=held.get(article.guid),
        owed=owed or any(row.is_waiting for row in rows),
    )


def _rows(article: Article) -> Iterable[list[PublishedFeed]]:
    """By shelf. The lists for programs hold what the feeds beside them hold."""
    shelves = shelves_of(article.shelved_under()) | pages_of([article])
    found: dict[Shelf, list[PublishedFeed]] = {}
    for row in PublishedFeed.objects.filter(_any_of(shelves), format__in=FORMATS).order_by("address"):
        found.setdefault(row.shelf, []).append(row)
    return sorted(found.values(), key=lambda rows: (rows[0].kind != "latest", rows[0].title))


def _any_of(shelves: Iterable[Shelf]) -> Q:
    one = (Q(language=shelf.language, kind=shelf.kind, slug=shelf.slug) for shelf in shelves)
    return reduce(or_, one, Q(pk__in=[]))
