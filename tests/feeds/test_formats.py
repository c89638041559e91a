"""What each format holds, read back by parsers that nobody here wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import feedparser
import pytest
from lxml import etree

from service.feeds.formats import WRITERS, atom, rss
from service.feeds.rules import Category, Document, Item, Link, Picture

ATOM = "{http://www.w3.org/2005/Atom}"
DAY = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)

ITEM = Item(
    guid="https://cauce.example/?p=7",
    title="Gold & «scales»",
    url="https://cauce.example/gold/?a=1&b=2",
    language="en",
    published=DAY,
    updated=DAY.replace(day=21),
    summary="In short.",
    content="<p>By Ana</p><p>All of it ]]> and <b>more</b></p>",
    authors=("Ana Ruiz", "Luis Paz"),
    categories=(Category("customs", "Customs", "https://x.example/topics/"), Category("PE", "Peru", "urn:iso")),
    licence_url="https://creativecommons.org/licenses/by-nc/4.0/",
    rights="© Cauce. CC BY-NC 4.0",
    credit_line="By Ana Ruiz, Cauce",
    picture=Picture("https://cauce.example/p.jpg", "A scale", "Ana Ruiz"),
    translations=(Link("https://cauce.example/es/oro/", "es", "Oro"),),
)
DOCUMENT = Document(
    id="tag:cauce.example,2014:feed/x",
    self_url="https://letters.cauce.example/feeds/en/latest.rss",
    home_url="https://cauce.example/",
    title="Cauce in English",
    description="About",
    language="en",
    organisation="Cauce",
    updated=DAY.replace(day=22),
    rights="© Cauce",
    licence_url="https://creativecommons.org/licenses/by-nc/4.0/",
    donate_url="https://cauce.example/donate/",
    editors="desk@cauce.example",
    republication="republish@cauce.example",
    sibling=Link("https://letters.cauce.example/feeds/es/latest.rss", "es", ""),
    items=(ITEM,),
)


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_the_same_document_gives_the_same_bytes(kind: str) -> None:
    assert WRITERS[kind](DOCUMENT) == WRITERS[kind](DOCUMENT)


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_a_reader_finds_every_fact_of_an_item(kind: str) -> None:
    entry = feedparser.parse(WRITERS[kind](DOCUMENT)).entries[0]
    assert (entry.id, entry.title, entry.link) == (ITEM.guid, ITEM.title, ITEM.url)
    assert entry.published_parsed[:5] == (2026, 11, 20, 9, 30)
    assert entry.updated_parsed[:3] == (2026, 11, 21)
    assert entry.summary == "In short."
    assert entry.content[0].value == ITEM.content
    assert [author.name for author in entry.authors] == ["Ana Ruiz", "Luis Paz"]
    assert {"Customs", "Peru"} <= {tag.label or tag.term for tag in entry.tags}


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_the_licence_stands_on_the_feed_and_on_every_item(kind: str) -> None:
    root = etree.fromstring(WRITERS[kind](DOCUMENT))
    licences = [link.get("href") for link in root.iter(f"{ATOM}link") if link.get("rel") == "license"]
    assert licences == ["https://creativecommons.org/licenses/by-nc/4.0/"] * 2


def test_the_channel_links_to_the_page_and_to_itself() -> None:
    channel = etree.fromstring(rss.write(DOCUMENT)).find("channel")
    assert channel is not None
    assert channel.findtext("link") == DOCUMENT.home_url
    (own,) = [link for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own.get("href") == DOCUMENT.self_url


def test_the_description_stands_before_the_full_text() -> None:
    item = etree.fromstring(rss.write(DOCUMENT)).find("channel/item")
    assert item is not None
    tags = [etree.QName(child).localname for child in item]
    assert tags.index("description") < tags.index("encoded")


def test_an_entry_has_exactly_one_alternate_link_with_its_language() -> None:
    entry = etree.fromstring(atom.write(DOCUMENT)).find(f"{ATOM}entry")
    assert entry is not None
    (link,) = [one for one in entry.findall(f"{ATOM}link") if one.get("rel") == "alternate"]
    assert (link.get("href"), link.get("hreflang"), link.get("type")) == (ITEM.url, "en", "text/html")


def test_a_summary_item_has_no_full_text() -> None:
    short = replace(DOCUMENT, items=(replace(ITEM, content=""),))
    assert "encoded" not in rss.write(short).decode().split("<item>")[1]
    assert "<content" not in atom.write(short).decode()


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_an_empty_feed_can_be_read(kind: str) -> None:
    found = feedparser.parse(WRITERS[kind](replace(DOCUMENT, items=())))
    assert not found.bozo
    assert found.feed.title == "Cauce in English"


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_no_date_is_now(kind: str) -> None:
    assert f"{datetime.now(UTC):%d %b %Y}" not in WRITERS[kind](DOCUMENT).decode()


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_no_link_leads_nowhere(kind: str) -> None:
    for ask in ("https://cauce.example/donate/", ""):
        links = etree.fromstring(WRITERS[kind](replace(DOCUMENT, donate_url=ask))).iter(f"{ATOM}link")
        assert all(link.get("href") for link in links)
