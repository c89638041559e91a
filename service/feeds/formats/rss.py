"""RSS 2.0 with the modules that carry attribution (dc, dcterms, creativeCommons, media, atom)."""

import re
from html import escape
from typing import Any

from feedgen.entry import FeedEntry
from lxml import etree

from ..rules import RSS, TYPES, Document, Item
from .adapter import (
    HISTORY_NS,
    EntryPart,
    FeedPart,
    child,
    generator,
    item_links,
    links_of,
    picture,
    q,
    read_back,
    terms,
)

_TITLE = re.compile(rb"<title>[^<]*</title>")


def write(document: Document) -> bytes:
    """Raises BrokenItem or ValueError where an item can't be written."""
    feed = generator(document, _Channel, _Item, _add)
    feed.copyright(document.rights)
    feed.managingEditor(f"{document.editors} ({document.organisation})")
    feed.webMaster(f"{document.republication} ({document.organisation})")
    feed.ttl("60")
    feed.docs("https://www.rssboard.org/rss-specification")
    if document.icon:
        feed.image(url=document.icon, title=document.title, link=document.home_url)
    return _TITLE.sub(_as_numbers, bytes(feed.rss_str(pretty=False)))


def _as_numbers(title: re.Match[bytes]) -> bytes:
    """RSS Profile, character data: so written, neither a reader that takes a title for HTML nor one that
    takes it for text can read it wrongly. In escaped text no `<title>` can stand."""
    return title[0].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;")


def count(body: bytes) -> int:
    return len(read_back(body).findall("channel/item"))


def _add(entry: FeedEntry, item: Item) -> None:
    entry.summary(escape(item.summary, quote=False))  # readers take a description for HTML
    if item.content:
        entry.content(item.content)
    for category in item.categories:
        entry.category(term=category.term, scheme=category.scheme, label=category.label)
    if item.picture and item.picture.type:
        entry.enclosure(item.picture.url, "0", item.picture.type)  # 0: unknown


class _Channel(FeedPart):
    def extend_rss(self, rss: Any) -> Any:
        document, channel = self.document, rss.find("channel")
        for link in channel.findall(q("atom", "link")):
            channel.remove(link)
        for link in links_of(document, TYPES[RSS]):
            child(channel, q("atom", "link"), **link)
        child(channel, q("creativeCommons", "license"), document.licence_url)
        child(channel, q("sy", "updatePeriod"), "hourly")
        child(channel, q("sy", "updateFrequency"), "1")
        if document.current:
            child(channel, f"{{{HISTORY_NS}}}archive")
        return rss


class _Item(EntryPart):
    def extend_rss(self, entry: Any) -> Any:
        item, document = self.item, self.document
        _categories(entry, item)
        for name in document.names(item):
            child(entry, q("dc", "creator"), name)
        child(entry, q("dc", "publisher"), document.organisation)
        child(entry, q("dc", "language"), item.language)
        child(entry, q("dc", "rights"), document.rights)
        child(entry, q("creativeCommons", "license"), document.licence_url)
        child(entry, q("atom", "updated"), item.updated.isoformat())
        for link in item_links(document, item):
            child(entry, q("atom", "link"), **link)
        if document.source:
            child(entry, "source", document.organisation, url=document.source.url)
        terms(entry, document, item)
        picture(entry, document, item)
        return entry


def _categories(entry: etree._Element, item: Item) -> None:
    """feedgen writes the label as the text; readers file by it, so the person's word stays."""
    for element, category in zip(entry.findall("category"), item.categories, strict=True):
        element.text = category.label
