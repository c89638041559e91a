"""The Link header of a feed (RFC 8288): WebSub subscribers look there before they look into the body."""

from collections.abc import Iterable

from .rules import TYPES, Document, Feed


def link_header(told: Document, feed: Feed, beside: Iterable[Feed], site: str) -> str:
    """Exactly one `self`. `beside` are the feeds of the same shelf; those in other formats, at addresses
    of our own, are alternates. `site` is the beginning of their addresses."""
    links = [f'<{told.self_url}>; rel="self"']
    links += [f'<{told.hub}>; rel="hub"'] if told.hub else []
    links += [f'<{told.licence_url}>; rel="license"']
    links += [f'<{told.older}>; rel="prev-archive"'] if told.older else []
    links += [f'<{told.current}>; rel="current"'] if told.current else []
    links += [
        f'<{site}{other.address}>; rel="alternate"; type="{TYPES[other.format]}"'
        for other in beside
        if other.format != feed.format and other.address.startswith("/feeds/")
    ]
    return ", ".join(links)
