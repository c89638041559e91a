"""A name is taken back for somebody's safety, and stays so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from service.content.actions.bylines import authors_called, remove_byline, restore_byline
from service.content.actions.holding import hold
from service.content.actions.store import take_in, withdraw
from service.content.models import Article, Author
from service.content.rules.drafts import Person, Picture
from service.toolbox.bell import rung
from service.toolbox.errors import ServiceError
from tests import builders

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PAIR = (Person("lucia-ferrer", "Lucía Ferrer"), Person("ana-ruiz", "Ana Ruiz"))


@pytest.fixture
def article(now: datetime) -> Article:
    return builders.article(now, authors=PAIR)


def lucia() -> Author:
    return Author.objects.get(slug="lucia-ferrer")


def fresh(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


def test_a_removed_name_is_in_no_byline_and_the_other_one_stays(article: Article, now: datetime) -> None:
    removal = remove_byline(lucia(), now + HOUR)
    assert (removal.articles, fresh(article).author_names) == (1, ["Ana Ruiz"])
    assert fresh(article).shelved_under()["author"] == ["ana-ruiz"]


def test_readers_programs_take_it_for_news_but_not_for_a_correction(article: Article, now: datetime) -> None:
    told = builders.draft(external_id=article.external_id, change="correction", note="It was Callao.", title="New")
    take_in(article.source, told, now, first_import=False)
    remove_byline(Author.objects.get(slug="lucia-ferrer"), now + HOUR)
    after = fresh(article)
    assert (after.updated, after.published, after.guid) == (now + HOUR, article.published, article.guid)
    assert (after.change, after.note) == ("correction", "It was Callao.")


@pytest.mark.parametrize("slug", ["lucia-ferrer", "lferrer"])
def test_the_cms_brings_the_name_in_vain(article: Article, now: datetime, slug: str) -> None:
    remove_byline(lucia(), now)
    later = builders.article(now + HOUR, authors=(Person(slug, "LUCIA FERRER"), PAIR[1]))
    told = builders.draft(external_id=article.external_id, authors=(Person(slug, "Lucía Ferrer"),), title="New")
    take_in(article.source, told, now + HOUR, first_import=False)
    assert (fresh(later).author_names, fresh(article).author_names) == (["Ana Ruiz"], [])


def test_a_name_that_is_restored_stands_where_it_stood(article: Article, now: datetime) -> None:
    remove_byline(lucia(), now)
    assert restore_byline(lucia(), now + HOUR) == 1
    assert fresh(article).author_names == ["Lucía Ferrer", "Ana Ruiz"]
    assert restore_byline(lucia(), now + HOUR) == 0


def test_removed_twice_it_is_told_once(article: Article, now: datetime) -> None:
    assert [remove_byline(lucia(), now).articles for _ in range(2)] == [1, 0]


def test_whatever_names_the_person_in_its_own_words_is_told(article: Article, now: datetime) -> None:
    named = builders.article(now, authors=(), body="<p>Our colleague Lucía Ferrer was followed.</p>")
    pictured = builders.article(now, authors=(), picture=Picture("https://x.example/p.jpg", credit="Lucía Ferrer"))
    assert set(remove_byline(lucia(), now).still_named) == {named, pictured}


def test_a_picture_of_hers_beside_her_story_has_no_credit(now: datetime) -> None:
    picture = Picture("https://x.example/p.jpg", credit="Photo: Lucía Ferrer / Cauce")
    article = builders.article(now, picture=picture)
    remove_byline(lucia(), now)
    assert fresh(article).credit == ""


def test_a_withdrawn_storys_notice_does_not_stand_longer_for_it(article: Article, now: datetime) -> None:
    withdraw(article, "", now)
    remove_byline(lucia(), now + HOUR)
    assert fresh(article).updated == now


def test_an_author_is_found_by_slug_and_by_the_whole_name(article: Article) -> None:
    assert authors_called("lucia-ferrer") == authors_called("lucia ferrer") == [lucia()]
    with pytest.raises(ServiceError, match="No author is called 'Ferrer'"):
        authors_called("Ferrer")


def test_the_command_says_what_it_did_and_what_is_left(article: Article, now: datetime, capsys: Any) -> None:
    named = builders.article(now, authors=(), body="<p>With Lucía Ferrer.</p>")
    call_command("remove_byline", "Lucía Ferrer", "--yes")
    told = capsys.readouterr().out
    assert named.canonical_url in told
    assert told.splitlines()[-1] == "The name is withheld: 1 articles are told again without it."
    call_command("restore_byline", "lucia-ferrer")
    assert capsys.readouterr().out.strip() == "The name stands again on 1 articles."


def test_on_a_terminal_the_command_asks_first(article: Article, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "n")
    call_command("remove_byline", "Lucía Ferrer")
    assert capsys.readouterr().out.strip() == "Nothing was changed."
    assert lucia().withheld_at is None


@pytest.mark.parametrize("held", [False, True])
def test_a_story_that_is_to_come_loses_the_name_and_none_of_its_dates(now: datetime, held: bool) -> None:
    article = builders.article(now, published=now + HOUR)
    if held:
        hold(article, "ana", "A source is at risk.", now)
    assert remove_byline(lucia(), now).articles == 1
    version = article.versions.get(kind="byline")
    assert (version.touched, fresh(article).updated) == ({}, now + HOUR)


def test_what_was_taken_down_before_its_hour_is_not_told_of_again(now: datetime) -> None:
    withdraw(builders.article(now, published=now + HOUR), "", now)
    assert remove_byline(lucia(), now).articles == 0


@pytest.mark.parametrize("removed_before", [False, True])
def test_partners_hear_at_once_of_a_name_that_goes_and_of_one_that_is_back(
    article: Article, now: datetime, django_capture_on_commit_callbacks: Any, removed_before: bool
) -> None:
    if removed_before:
        remove_byline(lucia(), now)
    heard: list[str] = []

    def listen(work: str, **kwargs: Any) -> None:
        heard.append(work)

    rung.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        (restore_byline if removed_before else remove_byline)(lucia(), now + HOUR)
    rung.disconnect(listen)
    assert "tell_partners" in heard
