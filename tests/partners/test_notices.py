"""Who hears of a correction, a withdrawal, a byline taken off."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from service.content.actions.bylines import remove_byline
from service.content.actions.holding import hold
from service.content.actions.store import take_in, withdraw
from service.content.models import Article, Author, Version
from service.partners.actions.notices import make_notices
from service.partners.actions.pulls import note
from service.partners.actions.uses import report_use
from service.partners.models import Notice, Told
from tests import builders

from .republishing import PAGE, corrected, given, partner

pytestmark = pytest.mark.django_db


def who() -> set[str]:
    return {told.partner.name if told.partner else told.contact for told in Told.objects.all()}


def test_every_partner_that_pulled_any_version_is_told_of_a_withdrawal(now: datetime, article: Article) -> None:
    given(now, article, "Diario")
    article.version += 1
    given(now, article, "Semanario")
    partner(now, "Nobody Pulled")
    article.refresh_from_db()
    withdraw(article, "", now)
    assert make_notices(now) == 1
    assert who() == {"Diario", "Semanario"}
    assert Notice.objects.get().kind == "withdrawal"


def test_whoever_reported_a_use_is_told_as_well_each_once(now: datetime, article: Article) -> None:
    known = given(now, article, "Diario", domains=["diario.example"])
    report_use(article, PAGE, "form", now, partner=known, contact="ana@diario.example")
    for number in (1, 2):
        report_use(article, f"https://blog.example/{number}", "form", now, contact="bo@blog.example")
    report_use(article, "https://anonymous.example/x", "form", now)
    withdraw(article, "", now)
    make_notices(now)
    assert who() == {known.name, "bo@blog.example"}


def test_a_partner_that_reported_a_use_without_a_pull_of_ours_is_told(now: datetime, article: Article) -> None:
    report_use(article, PAGE, "form", now, partner=partner(now))
    withdraw(article, "", now)
    make_notices(now)
    assert who() == {"Diario del Sur"}


@pytest.mark.parametrize("kind", ["fix", "update"])
def test_what_is_no_correction_tells_nobody(now: datetime, article: Article, kind: str) -> None:
    given(now, article)
    Version.objects.update(kind=kind)
    assert make_notices(now) == 0


@pytest.mark.parametrize("kind", ["correction", "byline"])
def test_a_correction_and_a_byline_taken_off_tell_too(now: datetime, article: Article, kind: str) -> None:
    given(now, article)
    Version.objects.update(kind=kind)
    make_notices(now)
    assert Notice.objects.get().kind == kind
    assert Told.objects.count() == 1


def test_run_again_nothing_doubles(now: datetime, article: Article) -> None:
    given(now, article)
    withdraw(article, "", now)
    assert [make_notices(now), make_notices(now)] == [1, 0]
    assert Told.objects.count() == 1


def test_an_archive_taken_in_with_old_corrections_tells_nobody(now: datetime, article: Article) -> None:
    given(now, article)
    corrected(article, now - timedelta(days=31))
    assert make_notices(now) == 0


def test_a_pull_that_was_under_way_when_the_kill_came_is_told(now: datetime, article: Article) -> None:
    withdraw(article, "", now)
    make_notices(now)
    late = partner(now, "Late")
    article.version = 1
    note(late, [article], "feed", now + timedelta(seconds=1))
    make_notices(now + timedelta(seconds=10))
    assert who() == {"Late"}


def test_who_was_only_given_the_notice_itself_is_not_told(now: datetime, article: Article) -> None:
    withdraw(article, "", now)
    article.refresh_from_db()
    note(partner(now), [article], "feed", now + timedelta(minutes=1))
    make_notices(now + timedelta(minutes=2))
    assert who() == set()


def test_a_use_that_is_reported_after_the_kill_is_told(now: datetime, article: Article) -> None:
    withdraw(article, "", now)
    make_notices(now)
    later = now + timedelta(days=3)
    report_use(article, "https://blog.example/1", "mail", later, contact="bo@blog.example")
    make_notices(later)
    assert who() == {"bo@blog.example"}
    assert Told.objects.get().due == later


@pytest.mark.parametrize("known", ["contact", "partner"])
def test_whoever_is_named_after_the_kill_for_a_page_reported_before_it_is_told(
    now: datetime, article: Article, known: str
) -> None:
    report_use(article, PAGE, "form", now - timedelta(days=9))
    withdraw(article, "", now)
    make_notices(now)
    later = now + timedelta(days=2)
    name = {"contact": "bo@blog.example", "partner": partner(now, "Diario", hook_url="https://diario.example/hook")}
    for _ in range(2):
        report_use(article, PAGE, "form", later, **{known: name[known]})  # type: ignore[arg-type]
    told = Told.objects.get()
    assert (str(told.partner or told.contact), told.due) == (str(name[known]), later)
    assert told.hook_due == (later if known == "partner" else None)


def test_whoever_is_named_long_after_the_kill_is_told_no_more(now: datetime, article: Article) -> None:
    report_use(article, PAGE, "form", now - timedelta(days=9))
    withdraw(article, "", now)
    make_notices(now)
    report_use(article, PAGE, "form", now + timedelta(days=91), contact="bo@blog.example")
    assert who() == set()


def test_a_partner_that_had_a_story_early_is_told_when_it_is_dropped(now: datetime) -> None:
    draft = builders.draft(published=now + timedelta(hours=1))
    take_in(builders.source(), draft, now, first_import=False)
    article = Article.objects.get()
    given(now, article)
    withdraw(article, "", now)
    make_notices(now)
    assert Notice.objects.get().kind == "withdrawal"
    assert who() == {"Diario del Sur"}


@pytest.mark.parametrize("held", [False, True])
def test_a_partner_that_had_a_story_early_is_told_when_a_name_goes_from_it(now: datetime, held: bool) -> None:
    article = builders.article(now, published=now + timedelta(hours=1))
    given(now, article)
    partner(now, "Nobody Pulled")
    if held:
        hold(article, "ana", "A source is at risk.", now)
    remove_byline(Author.objects.get(), now)
    make_notices(now)
    assert Notice.objects.get().kind == "byline"
    assert who() == {"Diario del Sur"}
