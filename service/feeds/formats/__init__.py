"""The shelf of formats. Each part has `write(document) -> bytes`, the same bytes for the same document,
and `count(bytes) -> int`, which reads them back strictly. `opml` lists feeds and is no feed."""

from typing import Protocol

from service.toolbox.errors import ServiceError
from service.toolbox.html import printable

from ..rules import ATOM, JSON, NDJSON, RSS, Document, Item
from . import atom, jsonfeed, ninjs, rss


class Format(Protocol):
    def write(self, document: Document) -> bytes: ...
    def count(self, body: bytes) -> int: ...


SHELF: dict[str, Format] = {RSS: rss, ATOM: atom, JSON: jsonfeed, NDJSON: ninjs}


class UnprintableText(ServiceError):
    """A text holds a character that XML can't carry."""


def written(format: str, document: Document) -> bytes:
    """Read back and counted before anybody gets it. Raises ServiceError, ValueError or LxmlError."""
    for item in document.items:
        _check(item)
    body = SHELF[format].write(document)
    found = SHELF[format].count(body)
    if found != len(document.items):
        raise ValueError(f"{len(document.items)} items were to be written, {found} can be read back.")
    return body


def _check(item: Item) -> None:
    """JSON could carry it; but an article goes out in every format or in none."""
    if any(printable(text) != text for text in (item.title, item.summary, item.content, *item.authors)):
        raise UnprintableText(f"“{printable(item.title)}” holds a control character. Take it out in the CMS.")
