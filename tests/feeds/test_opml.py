from __future__ import annotations

from lxml import etree

from service.feeds.formats import opml
from service.feeds.rules import Listed, Listing

from .document import DAY

LISTED = Listed("Cauce in English", "https://l.example/en/latest.rss", "https://l.example/en/latest/", "en", "About")
LISTING = Listing("Cauce", DAY, "Cauce", "https://cauce.example/", (("English", (LISTED,)), ("Español", ())))


def test_a_list_says_whose_it_is_and_since_when() -> None:
    head = etree.fromstring(opml.write(LISTING)).find("head")
    assert head is not None
    assert (head.findtext("title"), head.findtext("ownerId")) == ("Cauce", "https://cauce.example/")
    assert head.findtext("dateModified") == "Fri, 20 Nov 2026 09:30:00 +0000"


def test_a_reader_can_import_each_feed_by_its_group() -> None:
    english, spanish = etree.fromstring(opml.write(LISTING)).iterfind("body/outline")
    (feed,) = english
    assert dict(english.attrib) == {"text": "English"}
    assert (feed.get("type"), feed.get("xmlUrl"), feed.get("text")) == ("rss", LISTED.url, LISTED.title)
    assert len(spanish) == 0
