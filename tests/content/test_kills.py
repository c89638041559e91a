"""What the desk withdraws stays withdrawn until the desk says otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from service.content.actions.again import ask_again, read_now, try_again
from service.content.actions.kills import kill, restore
from service.content.actions.pull import pull
from service.content.actions.store import take_in, withdraw
from service.content.models import Article, SetAside, Source
from service.toolbox.errors import ServiceError
from tests import builders

from .wordpress_site import WordPressSite

pytestmark = pytest.mark.django_db


def now_of(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


@pytest.fixture
def posted(site: WordPressSite, source: Source, now: datetime) -> Article:
    site.publish()
    pull(source, now)
    return Article.objects.get()


@pytest.mark.parametrize("change", [{}, {"title": "Another title"}])
def test_no_source_brings_back_what_the_desk_withdrew(now: datetime, change: dict[str, str]) -> None:
    one = builders.draft(published=now)
    take_in(builders.source(), one, now, first_import=False)
    article = Article.objects.get()
    kill(article, "", now)

    assert take_in(builders.source(), replace(one, **change), now, first_import=False) == "unchanged"
    assert now_of(article).status == "withdrawn"


def test_what_the_source_took_down_comes_back_with_the_source(now: datetime) -> None:
    one = builders.draft(published=now)
    take_in(builders.source(), one, now, first_import=False)
    withdraw(Article.objects.get(), "", now)

    take_in(builders.source(), one, now, first_import=False)

    assert Article.objects.get().status == "published"


def test_a_restored_article_has_the_text_that_its_source_has_now(
    site: WordPressSite, posted: Article, now: datetime
) -> None:
    kill(posted, "", now)
    site.edit(1, title="Said better")

    restore(posted, now)

    back = now_of(posted)
    assert (back.status, back.title, back.change, back.killed_at) == ("published", "Said better", "restored", None)


def test_what_its_source_no_longer_has_is_not_restored(site: WordPressSite, posted: Article, now: datetime) -> None:
    kill(posted, "", now)
    site.trash(1)

    with pytest.raises(ServiceError, match="does not have it any more"):
        restore(posted, now)
    assert now_of(posted).status == "withdrawn"


def test_a_source_that_is_read_whole_is_not_asked_for_one(now: datetime) -> None:
    folder = builders.source("markdown", address="/nowhere")
    take_in(folder, builders.draft(published=now), now, first_import=False)
    article = Article.objects.get()
    kill(article, "", now)

    restore(article, now)

    assert (now_of(article).status, now_of(article).change) == ("published", "restored")


def test_what_never_came_out_is_not_out_when_it_is_restored(now: datetime) -> None:
    folder, later = builders.source("markdown", address="/nowhere"), now + timedelta(days=1)
    take_in(folder, builders.draft(published=later), now, first_import=False)
    article = Article.objects.get()
    kill(article, "", now)

    restore(article, now)

    assert now_of(article).status == "scheduled"


def test_the_source_is_asked_for_one_article_again(site: WordPressSite, posted: Article, now: datetime) -> None:
    assert "nothing has changed" in ask_again(posted, now)
    site.edit(1, title="Said better")
    assert "it had changed" in ask_again(posted, now)


def test_what_was_set_aside_goes_in_once_it_can_be_read(site: WordPressSite, source: Source, now: datetime) -> None:
    site.publish(title="x" * 600)
    pull(source, now)
    aside = SetAside.objects.get()

    with pytest.raises(ServiceError, match="still set aside"):
        try_again(aside, now)
    site.edit(1, title="A title")
    assert "taken in" in try_again(aside, now)
    assert not SetAside.objects.exists()


def test_a_source_that_fails_says_since_when(now: datetime) -> None:
    source = builders.source("markdown", address="/nowhere")
    for later in (0, 5):
        with pytest.raises(ServiceError):
            read_now(source, now + timedelta(minutes=later))

    assert source.failing_since == now
