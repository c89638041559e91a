"""Atom 1.0 (RFC 4287), with licence links (RFC 4946)."""

from typing import Any

from feedgen.entry import FeedEntry

from ..rules import ATOM, TYPES, Document, Item
from .adapter import EntryPart, FeedPart, child, generator, q

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def write(document: Document) -> bytes:
    """Raises BrokenItem or ValueError where an item can't be written."""
    feed = generator(document, _Feed, _Entry, _add)
    feed.author(name=document.organisation, uri=document.home_url)
    return bytes(feed.atom_str(pretty=False))


def _add(entry: FeedEntry, item: Item) -> None:
    if item.content:
        entry.content(item.content, type="html")
    entry.rights(item.rights)
    for author in item.authors:
        entry.author(name=author)
    for category in item.categories:
        entry.category(term=category.term, scheme=category.scheme, label=category.label)


class _Feed(FeedPart):
    def extend_ns(self) -> dict[str, str]:
        return {"media": super().extend_ns()["media"]}

    def extend_atom(self, feed: Any) -> Any:
        document = self.document
        for link in feed.findall("link"):
            feed.remove(link)
        child(feed, "link", rel="self", href=document.self_url, type=TYPES[ATOM])
        child(
            feed,
            "link",
            rel="alternate",
            href=document.home_url,
            type="text/html",
            hreflang=document.language,
        )
        if document.sibling:
            child(
                feed,
                "link",
                rel="alternate",
                href=document.sibling.url,
                type=TYPES[ATOM],
                hreflang=document.sibling.language,
            )
        child(feed, "link", rel="license", href=document.licence_url)
        if document.donate_url:
            child(feed, "link", rel="payment", href=document.donate_url)
        return feed


class _Entry(EntryPart):
    def extend_atom(self, entry: Any) -> Any:
        """feedgen loses the attributes of an entry's links: ours replace them."""
        item = self.item
        entry.set(_LANG, item.language)
        for link in entry.findall("link"):
            entry.remove(link)
        child(entry, "link", rel="alternate", href=item.url, type="text/html", hreflang=item.language)
        child(entry, "link", rel="license", href=item.licence_url)
        for twin in item.translations:
            child(
                entry,
                "link",
                rel="related",
                href=twin.url,
                type="text/html",
                hreflang=twin.language,
                title=twin.title,
            )
        if item.picture:
            child(entry, q("media", "content"), url=item.picture.url, medium="image")
        return entry
