"""The shelf of feed formats. Each part has `write(document) -> bytes`, the same bytes for the same
document."""

from . import atom, rss

WRITERS = {"rss": rss.write, "atom": atom.write}
