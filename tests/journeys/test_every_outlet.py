"""Nothing leaves the house without its attribution: every outlet is walked, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import feedparser
import pytest
from django.conf import settings
from django.test import Client

from service.attribution.rules import Attribution, compose, missing
from service.content.models import Article
from service.delivery.actions.send import send_due
from service.editions.actions.decide import approve
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import draft_now, raise_alerts
from service.feeds.actions.publish import publish_feeds
from service.newsroom.current import newsroom
from tests import builders

pytestmark = pytest.mark.django_db
BODY = "The text of the story itself."


@pytest.fixture(params=["en", "es"])
def article(request: pytest.FixtureRequest, now: datetime) -> Article:
    return builders.article(
        now,
        language=request.param,
        title="Gold & «scales»",
        url="https://cauce.example/gold/",
        standfirst="In short.",
        body=f"<p>{BODY}</p>",
        published=now - timedelta(minutes=5),
    )


@pytest.fixture
def told(article: Article) -> Attribution:
    house = newsroom()
    return compose(article, house, house.asks[article.language])


def test_every_feed_carries_it(article: Article, told: Attribution, now: datetime) -> None:
    publish_feeds(now)
    paths = [path for path in settings.FEEDS_DIR.rglob("*") if path.suffix in (".rss", ".atom")]
    assert len(paths) >= 13
    for path in paths:
        (entry,) = feedparser.parse(path.read_bytes()).entries
        assert missing(entry.content[0].value.replace("&amp;", "&"), told, BODY) == [], path


@pytest.mark.parametrize("format", ["html", "txt", "md"])
def test_every_copy_carries_it(article: Article, told: Attribution, format: str) -> None:
    text = Client().get(f"/articles/{article.pk}/republish.{format}").content.decode()
    assert missing(text, told, BODY) == []


def test_the_facts_for_programs_carry_it(article: Article, told: Attribution) -> None:
    facts = Client().get(f"/articles/{article.pk}/republish.json").json()
    assert missing(facts["content_html"], told, BODY) == []
    assert facts["attribution"]["canonical_url"] == article.canonical_url


def test_every_part_of_every_letter_carries_it(article: Article, told: Attribution, now: datetime, sink: Any) -> None:
    for part in _parts(article, now, sink):
        for needed in (told.organisation, told.original, told.licence_name, told.licence_deed, told.ask.url):
            assert needed in part, needed
        assert "/republish" in part


def _parts(article: Article, now: datetime, sink: Any) -> Iterator[str]:
    """Text and HTML of the digest and of the alert, as a mail server got them: for one reader each, since nobody
    is asked twice in a month."""
    builders.reader(now, "ana", article.language, wants="weekly")
    builders.reader(now, "ben", article.language, wants="alerts")
    drafted = draft_now(now + timedelta(minutes=1), article.language)
    assert drafted.edition
    approve(drafted.edition, "ana", now)
    assert raise_alerts(now)
    dispatch_editions(now)
    send_due(now)
    found = [one for one in builders.letters(sink.folder) if one["List-Id"]]
    assert len(found) == 2
    for letter in found:
        yield builders.part(letter, "plain")
        yield builders.part(letter, "html").replace("&amp;", "&")
