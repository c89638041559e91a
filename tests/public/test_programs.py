"""What programs ask for that is no feed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from service.content.actions.store import withdraw
from service.content.models import Article
from service.feeds.actions.publish import publish_feeds
from service.toolbox import clock
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(now: datetime) -> Article:
    article = builders.article(now, body="<p>The text itself.</p>")
    publish_feeds(now, seconds=60)
    return article


def ask(path: str, **headers: str) -> Any:
    return Client().get(path, headers=headers)


def test_an_article_can_be_had_alone_with_its_text_and_where_it_belongs(article: Article) -> None:
    answer = ask(f"/articles/{article.pk}/ninjs.json")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert f'<{article.canonical_url}>; rel="canonical"' in answer.headers["Link"]
    assert "The text itself." in answer.json()["bodies"][0]["value"]
    assert not answer.cookies


@pytest.mark.parametrize("path", ["/articles/{}/ninjs.json", "/feeds.opml", "/feeds/en.opml"])
def test_who_has_it_already_is_told_so_in_a_few_bytes(article: Article, path: str) -> None:
    first = ask(path.format(article.pk))
    for name, value in (("if-none-match", "ETag"), ("if-modified-since", "Last-Modified")):
        again = ask(path.format(article.pk), **{name: first.headers[value]})
        assert (again.status_code, again.content) == (304, b"")
        assert {"ETag", "Last-Modified", "Cache-Control", "Access-Control-Allow-Origin"} <= set(again.headers)


def test_changed_terms_are_told_to_whoever_asks_by_date_alone(
    article: Article, now: datetime, change_newsroom: Any
) -> None:
    before = ask(f"/articles/{article.pk}/ninjs.json")
    change_newsroom("if the byline names Cauce", "if the byline says Cauce")
    publish_feeds(now + timedelta(minutes=1), seconds=60)
    again = ask(f"/articles/{article.pk}/ninjs.json", **{"if-modified-since": before.headers["Last-Modified"]})
    assert again.status_code == 200
    assert "says Cauce" in again.json()["usageTerms"]


def test_a_withdrawn_article_stays_as_canceled_without_its_text(article: Article, now: datetime) -> None:
    withdraw(article, "It was wrong.", now)
    answer = ask(f"/articles/{article.pk}/ninjs.json")
    assert (answer.json()["pubStatus"], answer.json()["representationType"]) == ("canceled", "partial")
    assert "It was wrong." in answer.json()["edNote"]
    assert "The text itself." not in answer.content.decode()


def test_an_article_whose_hour_has_not_come_is_not_there(now: datetime) -> None:
    later = builders.article(now, published=now + timedelta(days=1))
    assert ask(f"/articles/{later.pk}/ninjs.json").status_code == 404
    withdraw(later, "", now)
    assert ask(f"/articles/{later.pk}/ninjs.json").status_code == 404
    assert ask("/articles/00000000-0000-4000-8000-000000000000/ninjs.json").status_code == 404


@pytest.mark.parametrize("path", ["/articles/{}/ninjs.json", "/feeds.opml"])
def test_nothing_is_kept_past_the_next_publication(
    article: Article, now: datetime, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    assert ask(path.format(article.pk)).headers["Cache-Control"] == "public, max-age=900"
    builders.article(now, published=now + timedelta(minutes=5))
    assert ask(path.format(article.pk)).headers["Cache-Control"] == "public, max-age=300"


def test_a_list_can_be_had_of_one_language(article: Article, now: datetime) -> None:
    builders.article(now, language="es")
    publish_feeds(now, seconds=60)
    answer = ask("/feeds/es.opml")
    assert answer.headers["Content-Type"] == "text/x-opml; charset=utf-8"
    assert "/feeds/es/latest.rss" in answer.content.decode()
    assert "/feeds/en/" not in answer.content.decode()
    assert ask("/feeds/fr.opml").status_code == 404


def test_the_name_of_our_link_relation_leads_to_what_it_means(article: Article) -> None:
    assert "content_sha256" in ask("/rel/republication-report").content.decode()
    assert "en su sitio" not in ask("/rel/republication-report?language=es").content.decode()
