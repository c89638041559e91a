"""The same article in every format says the same: whose it is, on what terms, since when, which version."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from service.content.actions.store import take_in
from service.content.models import Article
from service.content.rules.drafts import Person
from service.feeds.actions.publish import publish_feeds
from tests import builders
from tests.journeys.told import STATE_IN, TERMS_IN, TERMS_IN_COPY, TEXT_IN, State, Terms, terms_in_html

pytestmark = pytest.mark.django_db
NOTE = "The port is Callao."


TERMS = Terms(
    byline="By Lucía Ferrer and Tomás Arrieta, Cauce",
    original="https://cauce.example/gold/",
    licence="https://creativecommons.org/licenses/by-nc/4.0/",
    report="republish@cauce.example",
    donate="https://cauce.example/donate/",
)


@pytest.fixture
def article(now: datetime) -> Article:
    """Published, then corrected an hour later."""
    authors = tuple(Person(name.lower(), name) for name in ("Lucía Ferrer", "Tomás Arrieta"))
    whole = {"title": "Gold", "url": TERMS.original, "authors": authors, "published": now - timedelta(minutes=5)}
    first = builders.article(now, **whole)
    later = builders.draft(
        external_id=first.external_id, change="correction", note=NOTE, **{**whole, "title": "Silver"}
    )
    assert take_in(first.source, later, now + timedelta(hours=1), first_import=False) == "changed"
    publish_feeds(now + timedelta(hours=1), seconds=60)
    return Article.objects.get(pk=first.pk)


@pytest.mark.parametrize("format", ["rss", "atom", "json", "ndjson"])
def test_the_terms_are_the_same_in_every_feed(article: Article, format: str) -> None:
    assert TERMS_IN[format](published(format)) == TERMS


@pytest.mark.parametrize("format", ["rss", "atom", "json", "ndjson"])
def test_the_text_in_every_feed_says_them_too(article: Article, format: str) -> None:
    assert terms_in_html(TEXT_IN[format](published(format))) == TERMS


@pytest.mark.parametrize("format", ["html", "txt", "md", "json"])
def test_the_terms_are_the_same_in_every_copy(article: Article, format: str) -> None:
    copy = Client().get(f"/articles/{article.pk}/republish.{format}").content
    assert TERMS_IN_COPY[format](copy.decode()) == TERMS


@pytest.mark.parametrize("format", ["rss", "atom", "json", "ndjson"])
def test_dates_version_and_correction_are_the_same_in_every_feed(article: Article, format: str) -> None:
    wanted = State(article.guid, article.published, article.updated, version=2, correction=NOTE)
    assert STATE_IN[format](published(format)) == wanted


def test_the_article_alone_is_the_line_that_the_list_holds(article: Article) -> None:
    alone = Client().get(f"/articles/{article.pk}/ninjs.json").content
    assert alone + b"\n" == published("ndjson")


def published(format: str) -> bytes:
    return bytes((settings.FEEDS_DIR / f"en/republish.{format}").read_bytes())
