"""Which articles an archive page closes over, as plain values (RFC 5005 §4).

An article is open as long as no page holds it, and what is open stands in the current feed, whatever
else does. Once that is more than half a feed, the oldest of it are closed into pages: so the current
feed and the pages together hold everything, and a page, once closed, never gains or loses an article.
What arrives late, though it is old, goes into a page of its own, which is the newest: a reader who
follows the chain until a page that it knows misses nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .rules import MOST_BYTES, MOST_ITEMS

PAGE_ITEMS = MOST_ITEMS // 2
PAGE_BYTES = MOST_BYTES // 2


@dataclass(frozen=True, slots=True)
class Open:
    """`published` in the newsroom's own zone: its month names the page. `size` is in bytes."""

    id: UUID
    published: datetime
    size: int

    @property
    def month(self) -> str:
        return f"{self.published:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Page:
    """All of one month."""

    month: str
    ids: tuple[UUID, ...]


def closing(opened: Iterable[Open]) -> list[Page]:
    """The oldest first, until what is left is at most half a feed, or a single page."""
    pages = list(_pages(sorted(opened, key=lambda one: (one.published, str(one.id)))))
    count, size = sum(map(len, pages)), sum(one.size for page in pages for one in page)
    closed = []
    for page in pages[:-1]:
        if count <= PAGE_ITEMS and size <= PAGE_BYTES:
            break
        count, size = count - len(page), size - sum(one.size for one in page)
        closed.append(Page(page[0].month, tuple(one.id for one in page)))
    return closed


def named(pages: Iterable[Page], taken: Counter[str]) -> Iterator[tuple[str, Page]]:
    """2026-11, then 2026-11-2 and so on; `taken` counts the pages that a month has."""
    counts = taken.copy()
    for page in pages:
        counts[page.month] += 1
        number = counts[page.month]
        yield (page.month if number == 1 else f"{page.month}-{number}"), page


def _pages(opened: list[Open]) -> Iterator[list[Open]]:
    """Of one month each, at most fifteen and half a feed."""
    page: list[Open] = []
    size = 0
    for one in opened:
        if page and (one.month != page[0].month or len(page) == PAGE_ITEMS or size + one.size > PAGE_BYTES):
            yield page
            page, size = [], 0
        page.append(one)
        size += one.size
    if page:
        yield page
