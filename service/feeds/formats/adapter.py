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
TOMBSTONES_NS = "http://purl.org/atompub/tombstones/1.0"
HISTORY_NS = "http://purl.org/syndication/history/1.0"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
BASE = "{http://www.w3.org/XML/1998/namespace}base"
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
        return {**NAMESPACES, "fh": HISTORY_NS} if self.document.current else dict(NAMESPACES)


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


def read_back(body: bytes) -> etree._Element:
    """Strictly: one byte that is no XML raises."""
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))


def child(parent: etree._Element, tag: str, text: str | None = None, **attributes: str) -> etree._Element:
    """A new last child; attributes that are empty are left out."""
    element = etree.SubElement(parent, tag)
    for name, value in attributes.items():
        if value:
            element.set(name.rstrip("_").replace("_", "-"), value)
    element.text = text
    return element


def links_of(document: Document, type: str) -> list[dict[str, str]]:
    """A feed's links but the one to its page. Those without an address are none."""
    links = [{"rel": "self", "href": document.self_url, "type": type}]
    if document.sibling:
        sibling = document.sibling
        links.append({"rel": "alternate", "href": sibling.url, "type": type, "hreflang": sibling.language})
    links += [
        {"rel": "hub", "href": document.hub},
        {"rel": "license", "href": document.licence_url},
        {"rel": "payment", "href": document.donate_url},
        {"rel": "prev-archive", "href": document.older},
        {"rel": "current", "href": document.current},
    ]
    return [link for link in links if link["href"]]


def item_links(document: Document, item: Item) -> list[dict[str, str]]:
    """An item's links but the one to its page. A translation is related, never an alternate: readers
    open the last alternate that they find."""
    links = [{"rel": "license", "href": document.licence_url}]
    if document.source and item.attribution:
        links.append({"rel": document.report_relation, "href": item.attribution.report_link})
    for twin in item.translations:
        related = {"rel": "related", "href": twin.url, "type": "text/html"}
        links.append({**related, "hreflang": twin.language, "title": twin.title})
    return links


def terms(parent: etree._Element, document: Document, item: Item) -> None:
    """Dublin Core: the version of an article, and all that a desk needs which republishes it."""
    if not item.attribution:
        return
    child(parent, q("dcterms", "hasVersion"), str(item.version))
    if document.source:
        child(parent, q("dcterms", "modified"), item.updated.isoformat())
        child(parent, q("dcterms", "license"), document.licence_url)
        child(parent, q("dcterms", "rightsHolder"), document.organisation)
        citation = f"{item.attribution.byline}. {item.attribution.original}"
        child(parent, q("dcterms", "bibliographicCitation"), citation)


def picture(parent: etree._Element, document: Document, item: Item) -> None:
    """Media RSS 1.5.1, outside any group; a picture that may not be republished never comes here."""
    shown = item.picture
    if shown is None:
        return
    size = {"width": str(shown.width), "height": str(shown.height)} if shown.width and shown.height else {}
    media = child(parent, q("media", "content"), url=shown.url, medium="image", type=shown.type, **size)
    if shown.alt:
        child(media, q("media", "description"), shown.alt, type="plain")
    child(media, q("media", "thumbnail"), url=shown.url, **size)
    if shown.credit:
        child(media, q("media", "credit"), shown.credit, role="photographer", scheme="urn:ebu")
        child(media, q("media", "copyright"), f"© {shown.credit}", url=document.licence_url)


def q(prefix: str, name: str) -> str:
    """A name in one of the namespaces, as lxml writes it."""
    return f"{{{NAMESPACES[prefix]}}}{name}"
