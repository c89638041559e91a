"""A feed that ends says so for good, in its own format and language; one that moves leads on for ever."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from typing import Any

import feedparser
import pytest
from django.conf import settings

from service.content.actions.bylines import remove_byline
from service.content.models import Author
from service.feeds.actions.closing import BadMove, close, move, reopen
from service.feeds.actions.publish import publish_feeds
from service.feeds.models import PublishedFeed
from tests import builders

from .reader import Reader

pytestmark = pytest.mark.django_db
SITE = "https://letters.cauce.example"
TOPIC, LATEST, CMS = "/feeds/en/topics/customs.rss", "/feeds/en/latest.rss", "/feed/"


def row(address: str) -> PublishedFeed:
    return PublishedFeed.objects.get(address=address)


@pytest.fixture(autouse=True)
def _published(now: datetime) -> None:
    builders.article(now)
    builders.article(now, language="es")
    publish_feeds(now, seconds=60)


def test_a_closed_feed_is_gone_with_a_last_word_that_names_another(now: datetime) -> None:
    before = row(TOPIC).updated
    close(row(TOPIC), now)
    publish_feeds(now)
    for told in ({}, {"if_none_match": "*"}, {"if_modified_since": "Tue, 24 Nov 2037 00:00:00 GMT"}):
        assert Reader(TOPIC, **told).status == "410 Gone"
    (entry,) = feedparser.parse(Reader(TOPIC).body).entries
    assert entry.title == "This feed is closed"
    assert entry.link == SITE + LATEST
    assert "was closed on November 24, 2026" in entry.summary
    after = row(TOPIC).updated
    assert before is not None
    assert after is not None
    assert after > before


@pytest.mark.parametrize("format", ["rss", "atom"])
def test_it_says_so_in_its_own_format_and_language(now: datetime, format: str) -> None:
    address = f"/feeds/es/topics/customs.{format}"
    close(row(address), now)
    publish_feeds(now)
    found = feedparser.parse(Reader(address).body)
    assert (found.bozo, found.entries[0].title) == (False, "Este canal está cerrado")
    assert found.entries[0].link == f"{SITE}/feeds/es/latest.{format}"
    assert Reader(address).headers["Content-Type"].startswith(f"application/{format}+xml")


def test_a_moved_feed_leads_to_the_new_one_and_names_it_as_itself(now: datetime) -> None:
    move(row(CMS), SITE + LATEST, now)
    publish_feeds(now)
    got = Reader(CMS)
    assert (got.status, got.headers["Location"]) == ("301 Moved Permanently", SITE + LATEST)
    assert got.headers["Link"].startswith(f'<{SITE}{LATEST}>; rel="self", ')
    links = feedparser.parse(got.body).feed.links
    assert [link.href for link in links if link.rel == "self"] == [SITE + LATEST]
    assert Reader(CMS, method="HEAD").headers == got.headers


def test_a_feed_may_move_to_another_house(now: datetime) -> None:
    move(row(CMS), "https://elsewhere.example/feed", now)
    publish_feeds(now)
    assert Reader(CMS).headers["Location"] == "https://elsewhere.example/feed"


@pytest.mark.parametrize("end", [lambda feed, now: close(feed, now), lambda feed, now: move(feed, LATEST, now)])
def test_new_articles_and_lost_files_bring_nothing_back(now: datetime, end: Any) -> None:
    end(row(TOPIC), now)
    publish_feeds(now)
    before = Reader(TOPIC)
    builders.article(now)
    shutil.rmtree(settings.FEEDS_DIR)
    publish_feeds(now + timedelta(hours=1), seconds=60)
    after = Reader(TOPIC)
    assert (after.status, after.body) == (before.status, before.body)


def test_opened_again_it_carries_what_it_would_have_carried(now: datetime) -> None:
    before = Reader(TOPIC)
    close(row(TOPIC), now)
    publish_feeds(now)
    reopen(row(TOPIC))
    publish_feeds(now)
    after = Reader(TOPIC)
    assert after.status == "200 OK"
    assert feedparser.parse(after.body).entries[0].id == feedparser.parse(before.body).entries[0].id
    assert Reader(TOPIC, if_none_match=before.headers["ETag"]).status == "200 OK"


def test_a_feed_that_ended_is_no_other_feeds_alternate(now: datetime) -> None:
    atom = TOPIC.replace(".rss", ".atom")
    assert f'<{SITE}{TOPIC}>; rel="alternate"; type="application/rss+xml"' in Reader(atom).headers["Link"]
    close(row(TOPIC), now)
    publish_feeds(now)
    assert TOPIC not in Reader(atom).headers["Link"]


@pytest.mark.parametrize(
    "to",
    [
        *("", TOPIC, "/feeds/en/none.rss", "/feeds/es/latest.rss", "//elsewhere.example/", "elsewhere.example/feed"),
        *("javascript:alert(1)", "https://x.example/ y", "https://x.example/>; rel=self", "https://u:p@x.example/"),
    ],
)
def test_nobody_is_led_to_where_no_feed_is(now: datetime, to: str) -> None:
    close(row("/feeds/es/latest.rss"), now)
    with pytest.raises(BadMove):
        move(row(TOPIC), to, now)
    assert row(TOPIC).status == 200


@pytest.mark.parametrize("shelf", ["latest", "republish"])
def test_the_other_language_leads_to_a_feed_only_while_that_goes_on(now: datetime, shelf: str) -> None:
    spanish, english = f"/feeds/es/{shelf}.atom", f"/feeds/en/{shelf}.atom"
    assert SITE + spanish in Reader(english).body.decode()
    close(row(spanish), now)
    publish_feeds(now, seconds=60)
    assert SITE + spanish not in Reader(english).body.decode()
    reopen(row(spanish))
    publish_feeds(now, seconds=60)
    assert SITE + spanish in Reader(english).body.decode()


def test_a_feed_that_moved_to_an_author_does_not_name_one_whose_name_is_withheld(now: datetime) -> None:
    move(row(TOPIC), "/feeds/en/authors/lucia-ferrer.rss", now)
    publish_feeds(now, seconds=60)
    assert "lucia-ferrer" in Reader(TOPIC).headers["Location"]
    remove_byline(Author.objects.get(slug="lucia-ferrer"), now)
    publish_feeds(now, seconds=60)
    publish_feeds(now, seconds=60)
    got = Reader(TOPIC)
    assert got.status == "410 Gone"
    assert "lucia-ferrer" not in f"{got.headers}{got.body.decode()}"
