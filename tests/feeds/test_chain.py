"""A reader follows the archive from the bytes that were published, as RFC 5005 §4 and JSON Feed tell it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import feedparser
import pytest
from django.conf import settings

from service.content.actions.store import withdraw
from service.content.models import Article
from service.feeds.actions.publish import publish_feeds
from tests import builders

from .reader import Reader

pytestmark = pytest.mark.django_db
FORMATS = ["rss", "atom", "json"]
HISTORY = "http://purl.org/syndication/history/1.0"


@dataclass(frozen=True)
class Page:
    """What one document says of itself; "" for a link that it has not."""

    address: str
    id: str
    itself: str
    older: str
    current: str
    hub: str
    is_archive: bool
    titles: dict[str, str]


def page(address: str) -> Page:
    got = Reader(address)
    assert got.status == "200 OK"
    read = json_page if address.endswith("json") else xml_page
    found = read(address, got.body)
    for rel, href in (("self", found.itself), ("prev-archive", found.older), ("hub", found.hub)):
        assert (f'<{href}>; rel="{rel}"' in got.headers["Link"]) == bool(href)
    return found


def xml_page(address: str, body: bytes) -> Page:
    told = feedparser.parse(body)
    assert not told.bozo
    to = {link.rel: link.href for link in told.feed.links}
    titles = {entry.id: entry.title for entry in told.entries}
    links = [to.get(rel, "") for rel in ("self", "prev-archive", "current", "hub")]
    return Page(address, told.feed.get("id", ""), *links, is_archive=HISTORY in told.namespaces.values(), titles=titles)


def json_page(address: str, body: bytes) -> Page:
    told = json.loads(body)
    titles = {item["id"]: item["title"] for item in told["items"]}
    hub = told.get("hubs", [{"url": ""}])[0]["url"]
    return Page(address, "", told["feed_url"], told.get("next_url", ""), "", hub, address.count("/") == 4, titles)


def walk(format: str) -> list[Page]:
    """The feed that readers poll, and every page behind it, the newest first."""
    found = [page(f"/feeds/en/latest.{format}")]
    while found[-1].older:
        found.append(page(found[-1].older.removeprefix(settings.SITE_URL)))
    return found


@pytest.fixture
def told(now: datetime, change_newsroom: object) -> list[Article]:
    """Seventy stories of four months, the first one the oldest."""
    change_newsroom("[feeds]", '[feeds]\nhub = "https://hub.example/"')  # type: ignore[operator]
    few = {"topics": (), "countries": ()}  # feeds that nobody reads here
    when = [now - timedelta(hours=42 * (69 - at), minutes=5) for at in range(70)]
    stories = [builders.article(now, published=one, **few) for one in when]
    go(now)
    return stories


def go(now: datetime) -> None:
    while publish_feeds(now, seconds=60).looked_at:
        pass


def test_the_feed_and_its_pages_hold_every_story_and_say_what_they_are(told: list[Article]) -> None:
    for format in FORMATS:
        current, *pages = walk(format)
        assert set(current.titles).union(*[one.titles for one in pages]) == {article.guid for article in told}
        months = {int(one.address.split("-")[1][:2]) for one in pages}
        assert {article.published.month for article in told} == months | {11}
        assert [one.itself for one in pages] == [settings.SITE_URL + one.address for one in pages]
        assert [one.is_archive for one in (current, *pages)] == [False, *[True] * len(pages)]
        assert {one.id for one in pages} == {current.id}
        if format != "json":
            assert {one.current for one in pages} == {current.itself}


def test_a_feed_names_the_hub_and_its_pages_of_which_nobody_is_told_name_none(told: list[Article]) -> None:
    for format in FORMATS:
        current, *pages = walk(format)
        assert current.hub == "https://hub.example/"
        assert {one.hub for one in pages} == {""}


def test_a_story_withdrawn_later_bears_its_notice_in_its_page_and_in_the_feed(
    told: list[Article], now: datetime
) -> None:
    before = {format: [(one.address, set(one.titles)) for one in walk(format)[1:]] for format in FORMATS}
    withdraw(told[0], "It was wrong.", now + timedelta(hours=1))
    go(now + timedelta(hours=1))
    for format in FORMATS:
        current, *pages = walk(format)
        retracted = f"RETRACTED: {told[0].title}"
        assert current.titles[told[0].guid] == pages[-1].titles[told[0].guid] == retracted
        assert [(one.address, set(one.titles)) for one in pages] == before[format]
