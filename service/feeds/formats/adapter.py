"""feedgen behind one door: what both formats share, and the way round what feedgen 1.0.0 gets wrong.

Its extensions run after its own children, so ours take out and write anew what it loses: attributes
of entry links, relations it does not know, item dates, a licence, a language per entry.
"""

from collections.abc import Callable
from typing import Any

import feedgen.entry
import feedgen.feed
from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from service.toolbox.errors import ServiceError

from ..rules import Document, Item

SOFTWARE = "Byline"
ATOM_NS = "http://www.w3.org/2005/Atom"
NAMESPACES = {
    "atom": ATOM_NS,
    "content": "http://purl.org/rss/1.0/modules/content/",
    "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}


def _rfc2822(moment: Any) -> str:
    """As RFC 822 with a four-digit year. feedgen's own switches the locale of the whole process."""
    from email.utils import format_datetime

    return format_datetime(moment)


feedgen.feed.formatRFC2822 = feedgen.entry.formatRFC2822 = _rfc2822


class BrokenItem(ServiceError):
    """One item can't be written as XML."""


class FeedPart(BaseExtension):  # type: ignore[misc]
    """Knows the document while feedgen builds the channel or feed."""

    document: Document

    def extend_ns(self) -> dict[str, str]:
        return dict(NAMESPACES)


class EntryPart(BaseEntryExtension):  # type: ignore[misc]
    """Knows the item while feedgen builds the item or entry."""

    item: Item
    document: Document


def generator(
    document: Document,
    feed_part: type[FeedPart],
    entry_part: type[EntryPart],
    add: Callable[[FeedEntry, Item], None],
) -> FeedGenerator:
    """A generator filled with the document; `add` fills one entry."""
    feed = FeedGenerator()
    feed.register_extension("house", feed_part, entry_part)
    feed.house.document = document
    feed.id(document.id)
    feed.title(document.title)
    feed.subtitle(document.description)
    feed.description(document.description)
    # The channel's link is the href of the last call: self first, the page last.
    feed.link(href=document.self_url, rel="self")
    feed.link(href=document.home_url, rel="alternate")
    feed.language(document.language)
    feed.generator(SOFTWARE)
    feed.updated(document.updated)
    feed.lastBuildDate(document.updated)
    feed.rights(document.rights)
    for item in document.items:
        entry = feed.add_entry(order="append")
        entry.house.document, entry.house.item = document, item
        try:
            entry.id(item.guid)
            entry.title(item.title)
            entry.link(href=item.url, rel="alternate")
            entry.updated(item.updated)
            entry.published(item.published)
            entry.summary(item.summary)
            add(entry, item)
        except ValueError as error:
            raise BrokenItem(f"{item.title!r} can't be written: {error}") from error
    return feed


def serialise(root: etree._Element) -> bytes:
    """With a declaration, without pretty printing, which would add blanks to texts."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def child(parent: etree._Element, tag: str, text: str | None = None, **attributes: str) -> etree._Element:
    """A new last child; attributes that are empty are left out."""
    element = etree.SubElement(parent, tag)
    for name, value in attributes.items():
        if value:
            element.set(name.rstrip("_").replace("_", "-"), value)
    element.text = text
    return element


def q(prefix: str, name: str) -> str:
    """A name in one of the namespaces, as lxml writes it."""
    return f"{{{NAMESPACES[prefix]}}}{name}"
