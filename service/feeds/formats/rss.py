"""RSS 2.0 with the modules that carry attribution (dc, dcterms, creativeCommons, media, atom)."""

from html import escape
from typing import Any

from feedgen.entry import FeedEntry
from lxml import etree

from ..rules import RSS, TYPES, Document, Item
from .adapter import EntryPart, FeedPart, child, generator, q


def write(document: Document) -> bytes:
    """Raises BrokenItem or ValueError where an item can't be written."""
    feed = generator(document, _Channel, _Item, _add)
    feed.copyright(document.rights)
    feed.managingEditor(f"{document.editors} ({document.organisation})")
    feed.webMaster(f"{document.republication} ({document.organisation})")
    feed.ttl("60")
    feed.docs("https://www.rssboard.org/rss-specification")
    return bytes(feed.rss_str(pretty=False))


def _add(entry: FeedEntry, item: Item) -> None:
    entry.summary(escape(item.summary, quote=False))  # readers take a description for HTML
    if item.content:
        entry.content(item.content)
    for category in item.categories:
        entry.category(term=category.term, scheme=category.scheme, label=category.label)


class _Channel(FeedPart):
    def extend_rss(self, rss: Any) -> Any:
        document, channel = self.document, rss.find("channel")
        for link in channel.findall(q("atom", "link")):
            channel.remove(link)
        links = [
            {"rel": "self", "href": document.self_url, "type": TYPES[RSS]},
            {"rel": "license", "href": document.licence_url},
        ]
        if document.donate_url:
            links.append({"rel": "payment", "href": document.donate_url})
        if document.sibling:
            sibling = document.sibling
            links.append({"rel": "alternate", "href": sibling.url, "hreflang": sibling.language, "type": TYPES[RSS]})
        for link in links:
            child(channel, q("atom", "link"), **link)
        child(channel, q("creativeCommons", "license"), document.licence_url)
        child(channel, q("sy", "updatePeriod"), "hourly")
        child(channel, q("sy", "updateFrequency"), "1")
        return rss


class _Item(EntryPart):
    def extend_rss(self, entry: Any) -> Any:
        item, document = self.item, self.document
        _categories(entry, item)
        for author in item.authors:
            child(entry, q("dc", "creator"), author)
        child(entry, q("dc", "publisher"), document.organisation)
        child(entry, q("dc", "language"), item.language)
        child(entry, q("dc", "rights"), item.rights)
        child(entry, q("dcterms", "license"), item.licence_url)
        child(entry, q("dcterms", "bibliographicCitation"), item.credit_line)
        child(entry, q("creativeCommons", "license"), item.licence_url)
        child(entry, q("atom", "updated"), item.updated.isoformat())
        child(entry, q("atom", "link"), rel="license", href=item.licence_url)
        for twin in item.translations:
            child(
                entry,
                q("atom", "link"),
                rel="related",
                href=twin.url,
                hreflang=twin.language,
                type="text/html",
                title=twin.title,
            )
        if item.picture:
            _picture(entry, item)
        return entry


def _categories(entry: etree._Element, item: Item) -> None:
    """feedgen writes the label as the text; readers file by it, so the person's word stays."""
    for element, category in zip(entry.findall("category"), item.categories, strict=True):
        element.text = category.label


def _picture(entry: etree._Element, item: Item) -> None:
    picture = item.picture
    if picture is None:
        return
    media = child(entry, q("media", "content"), url=picture.url, medium="image")
    if picture.alt:
        child(media, q("media", "description"), picture.alt, type="plain")
    if picture.credit:
        child(media, q("media", "credit"), picture.credit, role="photographer", scheme="urn:ebu")
