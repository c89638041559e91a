"""Atom 1.0 (RFC 4287), with licence links (RFC 4946), archives (RFC 5005) and tombstones (RFC 6721)."""

from datetime import datetime
from typing import Any

from feedgen.entry import FeedEntry
from markupsafe import Markup

from ..rules import ATOM, TYPES, Document, Item
from .adapter import (
    ATOM_NS,
    BASE,
    HISTORY_NS,
    LANG,
    NAMESPACES,
    TOMBSTONES_NS,
    EntryPart,
    FeedPart,
    child,
    generator,
    item_links,
    links_of,
    picture,
    read_back,
    terms,
)


def write(document: Document) -> bytes:
    """Raises BrokenItem or ValueError where an item can't be written."""
    feed = generator(document, _Feed, _Entry, _add)
    feed.author(name=document.organisation, uri=document.home_url)
    return bytes(feed.atom_str(pretty=False))


def count(body: bytes) -> int:
    return len(read_back(body).findall(f"{{{ATOM_NS}}}entry"))


def _add(entry: FeedEntry, item: Item) -> None:
    if item.content:
        entry.content(item.content, type="html")
    for category in item.categories:
        entry.category(term=category.term, scheme=category.scheme, label=category.label)


class _Feed(FeedPart):
    def extend_ns(self) -> dict[str, str]:
        """Only what this feed makes use of: the validator takes a stranger's namespace for a slip."""
        spaces = {prefix: NAMESPACES[prefix] for prefix in ("dcterms", "media")}
        if self.document.current:
            spaces["fh"] = HISTORY_NS
        return {**spaces, "at": TOMBSTONES_NS} if self.document.gone or _withdrawn(self.document) else spaces

    def extend_atom(self, feed: Any) -> Any:
        document = self.document
        for link in feed.findall("link"):
            feed.remove(link)
        page = {"rel": "alternate", "href": document.home_url, "type": "text/html"}
        for link in [{**page, "hreflang": document.language}, *links_of(document, TYPES[ATOM])]:
            child(feed, "link", **link)
        if document.icon:
            child(feed, "icon", document.icon)
            child(feed, "logo", document.icon)
        if document.current:
            child(feed, f"{{{HISTORY_NS}}}archive")
        for item in _withdrawn(document):
            comment = child(_tombstone(feed, item.guid, item.updated), f"{{{TOMBSTONES_NS}}}comment", item.summary)
            comment.set(LANG, item.language)
        for one in document.gone:
            _tombstone(feed, one.guid, one.at)
        return feed


class _Entry(EntryPart):
    def extend_atom(self, entry: Any) -> Any:
        """feedgen loses the attributes of an entry's links: ours replace them."""
        item, document = self.item, self.document
        entry.set(LANG, item.language)
        for content in entry.findall("content"):
            content.set(BASE, item.url)
        for name in document.names(item):
            child(child(entry, "author"), "name", name)
        for link in entry.findall("link"):
            entry.remove(link)
        child(entry, "link", rel="alternate", href=item.url, type="text/html", hreflang=item.language)
        for link in item_links(document, item):
            child(entry, "link", **link)
        if item.picture and item.picture.type:
            child(entry, "link", rel="enclosure", href=item.picture.url, type=item.picture.type)
        child(entry, "rights", _rights(document), type="html")
        if document.source:
            _source(entry, document, item)
        terms(entry, document, item)
        picture(entry, document, item)
        return entry


def _rights(document: Document) -> str:
    """Feed readers show it, so the licence's address can be followed."""
    link = Markup('<a href="{0}">{0}</a>').format(document.licence_url)
    return str(Markup("{}").format(document.rights)).replace(document.licence_url, link)


def _source(entry: Any, document: Document, item: Item) -> None:
    """As it was when the item last changed: an older item stays the same bytes while the feed goes on."""
    if document.source is None:
        return
    source = child(entry, "source")
    child(source, "id", document.source.id)
    child(source, "title", document.source.title)
    child(source, "link", rel="self", href=document.source.url)
    child(source, "updated", item.updated.isoformat())


def _withdrawn(document: Document) -> list[Item]:
    """Those that a desk must take down: told as tombstones to desks alone, beside the notice."""
    return [item for item in document.items if document.source and item.status == "withdrawn"]


def _tombstone(feed: Any, guid: str, at: datetime) -> Any:
    """RFC 6721 §3."""
    return child(feed, f"{{{TOMBSTONES_NS}}}deleted-entry", ref=guid, when=at.isoformat())
