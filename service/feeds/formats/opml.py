"""OPML 2.0 (opml.org/spec2.opml): feeds to import in one go. A group carries its text alone; a feed is of
type rss whatever its format, or readers pass it over."""

from email.utils import format_datetime

from lxml import etree

from ..rules import Listing


def write(listing: Listing) -> bytes:
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = listing.title
    etree.SubElement(head, "dateModified").text = format_datetime(listing.updated)
    etree.SubElement(head, "ownerName").text = listing.owner
    etree.SubElement(head, "ownerId").text = listing.owner_url
    body = etree.SubElement(root, "body")
    for name, feeds in listing.groups:
        group = etree.SubElement(body, "outline", text=name)
        for one in feeds:
            etree.SubElement(
                group,
                "outline",
                type="rss",
                text=one.title,
                title=one.title,
                xmlUrl=one.url,
                htmlUrl=one.page,
                language=one.language,
                description=one.description,
            )
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
