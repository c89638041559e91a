"""The shelf of formats. Each part has `write(document) -> bytes`, the same bytes for the same document,
and `count(bytes) -> int`, which reads them back strictly. `opml` lists feeds and is no feed."""

from typing import Protocol

from ..rules import ATOM, JSON, NDJSON, RSS, Document
from . import atom, jsonfeed, ninjs, rss


class Format(Protocol):
    def write(self, document: Document) -> bytes: ...
    def count(self, body: bytes) -> int: ...


SHELF: dict[str, Format] = {RSS: rss, ATOM: atom, JSON: jsonfeed, NDJSON: ninjs}


def written(format: str, document: Document) -> bytes:
    """Read back and counted before anybody gets it. Raises BrokenItem, ValueError or LxmlError."""
    body = SHELF[format].write(document)
    found = SHELF[format].count(body)
    if found != len(document.items):
        raise ValueError(f"{len(document.items)} items were to be written, {found} can be read back.")
    return body
