"""What RSS and Atom hold, read back by parsers that nobody here wrote."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import feedparser
import pytest
from lxml import etree

from service.feeds.formats import SHELF, atom, rss, written
from service.feeds.rules import Document
from service.toolbox.errors import ServiceError

from .document import DOCUMENT, ITEM, TO_REPUBLISH

ATOM = "{http://www.w3.org/2005/Atom}"
TERMS = "{http://purl.org/dc/terms/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
XML = ["rss", "atom"]


def root(kind: str, document: Document = DOCUMENT) -> etree._Element:
    return etree.fromstring(SHELF[kind].write(document))


def links(element: etree._Element, rel: str) -> list[dict[str, str]]:
    """Those of the element itself, not of what it holds."""
    found = [link for link in element.findall(f"{ATOM}link") if link.get("rel") == rel]
    return [{str(name): str(value) for name, value in link.attrib.items() if name != "rel"} for link in found]


def feed_of(kind: str, document: Document = DOCUMENT) -> etree._Element:
    top = root(kind, document)
    return top.find("channel") if kind == "rss" else top  # type: ignore[return-value]


def item_of(kind: str, document: Document = DOCUMENT) -> etree._Element:
    return next(iter(root(kind, document).iter("item", f"{ATOM}entry")))


@pytest.mark.parametrize("kind", SHELF)
def test_the_same_document_gives_the_same_bytes(kind: str) -> None:
    assert SHELF[kind].write(DOCUMENT) == SHELF[kind].write(DOCUMENT)


@pytest.mark.parametrize("kind", SHELF)
def test_no_date_is_now(kind: str) -> None:
    body = SHELF[kind].write(DOCUMENT).decode()
    assert not re.search(f"{datetime.now(UTC):%d %b %Y|%Y-%m-%d}", body)


@pytest.mark.parametrize("kind", SHELF)
def test_an_item_that_no_xml_can_carry_is_refused_in_every_format(kind: str) -> None:
    broken = replace(DOCUMENT, items=(replace(ITEM, title="broken \x0b title"),))
    with pytest.raises(ServiceError, match="“broken  title” holds a control character"):
        written(kind, broken)


@pytest.mark.parametrize("kind", XML)
def test_a_reader_finds_every_fact_of_an_item(kind: str) -> None:
    entry = feedparser.parse(SHELF[kind].write(DOCUMENT)).entries[0]
    assert (entry.id, entry.title, entry.link) == (ITEM.guid, ITEM.title, ITEM.url)
    assert entry.published_parsed[:5] == (2026, 11, 20, 9, 30)
    assert entry.updated_parsed[:3] == (2026, 11, 21)
    assert entry.summary == "In short."
    assert entry.content[0].value == ITEM.content
    assert [author.name for author in entry.authors] == ["Ana Ruiz", "Luis Paz"]
    assert {"Customs", "Peru", "Brief"} <= {tag.label or tag.term for tag in entry.tags}


@pytest.mark.parametrize("kind", XML)
def test_the_licence_stands_on_the_feed_and_on_every_item(kind: str) -> None:
    for element in (feed_of(kind), item_of(kind)):
        assert links(element, "license") == [{"href": "https://creativecommons.org/licenses/by-nc/4.0/"}]


@pytest.mark.parametrize("kind", XML)
def test_a_feed_names_its_hub_its_archive_its_sibling_and_where_to_give(kind: str) -> None:
    feed = feed_of(kind, replace(DOCUMENT, hub="https://hub.example/", older="https://l.example/2026-10"))
    assert links(feed, "hub") == [{"href": "https://hub.example/"}]
    assert links(feed, "prev-archive") == [{"href": "https://l.example/2026-10"}]
    assert links(feed, "payment") == [{"href": DOCUMENT.donate_url}]
    assert [link["hreflang"] for link in links(feed, "alternate") if link["type"] != "text/html"] == ["es"]


@pytest.mark.parametrize("kind", XML)
def test_what_a_feed_has_not_it_does_not_link_to(kind: str) -> None:
    feed = feed_of(kind, replace(DOCUMENT, donate_url=""))
    assert [links(feed, rel) for rel in ("hub", "prev-archive", "current", "payment")] == [[]] * 4


@pytest.mark.parametrize("kind", XML)
def test_an_archive_page_says_that_it_is_one_and_names_its_feed(kind: str) -> None:
    archive = "{http://purl.org/syndication/history/1.0}archive"
    feed = feed_of(kind, replace(DOCUMENT, current="https://l.example/latest"))
    assert links(feed, "current") == [{"href": "https://l.example/latest"}]
    assert feed.find(archive) is not None
    assert feed_of(kind).find(archive) is None


@pytest.mark.parametrize("kind", XML)
def test_a_translation_is_related_and_the_page_stays_the_only_alternate(kind: str) -> None:
    item = item_of(kind)
    (twin,) = links(item, "related")
    assert (twin["href"], twin["hreflang"], twin["title"]) == ("https://cauce.example/es/oro/", "es", "Oro")
    assert [link["href"] for link in links(item, "alternate")] == ([ITEM.url] if kind == "atom" else [])


@pytest.mark.parametrize("kind", XML)
def test_a_picture_comes_with_its_credit_its_words_and_its_rights(kind: str) -> None:
    item = item_of(kind)
    shown = item.find(f"{MEDIA}content")
    assert shown is not None
    assert (shown.get("url"), shown.get("width"), shown.get("type")) == (ITEM.picture.url, "1200", "image/jpeg")  # type: ignore[union-attr]
    told = {etree.QName(child).localname: child for child in shown}
    assert (told["credit"].text, told["description"].text) == ("Ana Ruiz", "A scale")
    assert told["copyright"].get("url") == DOCUMENT.licence_url
    assert item.find("enclosure") is not None or links(item, "enclosure")


@pytest.mark.parametrize("kind", XML)
def test_an_item_without_such_a_picture_names_none(kind: str) -> None:
    body = SHELF[kind].write(replace(DOCUMENT, items=(replace(ITEM, picture=None),))).decode()
    assert "p.jpg" not in body
    assert "enclosure" not in body


@pytest.mark.parametrize("kind", XML)
def test_a_feed_to_republish_says_whose_it_is_where_it_is_from_and_where_to_tell(kind: str) -> None:
    item = item_of(kind, TO_REPUBLISH)
    terms = {name: item.findtext(f"{TERMS}{name}") for name in ("rightsHolder", "license", "bibliographicCitation")}
    assert terms == {
        "rightsHolder": "Cauce",
        "license": DOCUMENT.licence_url,
        "bibliographicCitation": f"By Ana Ruiz and Luis Paz, Cauce. {ITEM.url}",
    }
    (report,) = links(item, "https://letters.cauce.example/rel/republication-report")
    assert report["href"].startswith("mailto:republish@cauce.example")
    assert item.find("source") is not None or item.find(f"{ATOM}source") is not None


@pytest.mark.parametrize("kind", XML)
def test_only_a_feed_to_republish_puts_the_newsroom_beside_each_name(kind: str) -> None:
    names = [[one.name for one in feedparser.parse(SHELF[kind].write(doc)).entries[0].authors] for doc in BOTH]
    assert names == [["Ana Ruiz", "Luis Paz"], ["Ana Ruiz, Cauce", "Luis Paz, Cauce"]]


BOTH = (DOCUMENT, TO_REPUBLISH)


def test_a_withdrawn_article_is_a_tombstone_beside_its_notice_for_desks_alone() -> None:
    gone = replace(ITEM, status="withdrawn", summary="Cauce has withdrawn this article.")
    grave = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
    feed = root("atom", replace(TO_REPUBLISH, items=(gone,)))
    (found,) = feed.findall(grave)
    assert (found.get("ref"), found.get("when")) == (ITEM.guid, "2026-11-21T09:30:00+00:00")
    assert found[0].text == gone.summary
    assert len(feed.findall(f"{ATOM}entry")) == 1
    assert root("atom", replace(DOCUMENT, items=(gone,))).find(grave) is None


def test_the_channel_links_to_the_page_and_to_itself() -> None:
    channel = feed_of("rss")
    assert channel.findtext("link") == DOCUMENT.home_url
    assert [link["href"] for link in links(channel, "self")] == [DOCUMENT.self_url]


@pytest.mark.parametrize("kind", XML)
def test_the_newsrooms_picture_stands_on_the_feed(kind: str) -> None:
    feed = feedparser.parse(SHELF[kind].write(DOCUMENT)).feed
    assert DOCUMENT.icon == (feed.image.href if kind == "rss" else feed.logo)


def test_an_ampersand_in_a_title_is_read_the_same_as_text_and_as_html() -> None:
    assert "<title>Gold &#x26; «scales»</title>" in rss.write(DOCUMENT).decode()


def test_the_description_stands_before_the_full_text() -> None:
    tags = [etree.QName(child).localname for child in item_of("rss")]
    assert tags.index("description") < tags.index("encoded")


def test_an_entry_has_exactly_one_alternate_link_with_its_language() -> None:
    assert links(item_of("atom"), "alternate") == [{"href": ITEM.url, "type": "text/html", "hreflang": "en"}]


def test_an_entrys_rights_lead_to_the_licence() -> None:
    rights = item_of("atom").find(f"{ATOM}rights")
    assert rights is not None
    assert rights.get("type") == "html"
    linked = replace(DOCUMENT, rights=f"© Cauce: {DOCUMENT.licence_url}")
    assert f'<a href="{DOCUMENT.licence_url}">' in str(item_of("atom", linked).findtext(f"{ATOM}rights"))


def test_a_summary_item_has_no_full_text() -> None:
    short = replace(DOCUMENT, items=(replace(ITEM, content=""),))
    assert "encoded" not in rss.write(short).decode().split("<item>")[1]
    assert "<content" not in atom.write(short).decode()


@pytest.mark.parametrize("kind", XML)
def test_an_empty_feed_can_be_read(kind: str) -> None:
    found = feedparser.parse(SHELF[kind].write(replace(DOCUMENT, items=())))
    assert not found.bozo
    assert found.feed.title == "Cauce in English"


@pytest.mark.parametrize("kind", XML)
def test_no_link_leads_nowhere(kind: str) -> None:
    for ask in ("https://cauce.example/donate/", ""):
        links = etree.fromstring(SHELF[kind].write(replace(DOCUMENT, donate_url=ask))).iter(f"{ATOM}link")
        assert all(link.get("href") for link in links)
