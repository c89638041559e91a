"""A correction or withdrawal at the desk: who was told, who answered, where it is still live."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client

from service.content.actions.store import withdraw
from service.content.models import Article
from service.delivery.models import Mailing
from service.partners.actions.acknowledging import acknowledge
from service.partners.actions.telling import mailings_of
from service.partners.actions.uses import report_use
from service.partners.actions.writing import PREFIX
from service.partners.models import Notice, Republication, Told
from tests import builders
from tests.partners.republishing import corrected, given, posted

from .conftest import Enter

pytestmark = pytest.mark.django_db
NOTICES = "/console/partners/notices/"
SENTENCE = "2 pulled it, 3 were told, 1 answered; 1 page is still live, 2 were not seen yet."


@pytest.fixture
def article(now: datetime, tmp_path: Path) -> Article:
    """Withdrawn, with two partners and a reporter who were told; one answered, one page is gone."""
    article = builders.article(now)
    diario, rio = given(now, article, "Diario"), given(now, article, "Rio", hook_url="https://rio.example/hook")
    report_use(article, "https://diario.example/1", "form", now, partner=diario)
    report_use(article, "https://rio.example/1", "form", now, partner=rio)
    report_use(article, "https://blog.example/1", "form", now, contact="bo@blog.example")
    report_use(article, "https://nobody.example/1", "form", now)
    withdraw(article, "", now)
    posted(now, tmp_path)
    later = now + timedelta(minutes=1)
    Republication.objects.filter(partner=diario).update(live=False, outcome="gone", checked=later)
    Republication.objects.filter(partner=rio).update(live=True, checked=later)
    acknowledge(Told.objects.get(partner=diario), "link", later, "taken down")
    return article


def page(desk: Client) -> str:
    return desk.get(f"{NOTICES}{Notice.objects.get().pk}/").text


def act(desk: Client, name: str, verb: str, **form: str) -> HttpResponse:
    told = Told.objects.get(partner__name=name)
    return desk.post(f"{NOTICES}{told.notice_id}/{told.pk}/{verb}", form)


def test_the_desk_sees_how_far_a_kill_has_got(enter: Enter, article: Article) -> None:
    desk = enter("partner manager")
    shown = page(desk)
    for piece in (SENTENCE, "bo@blog.example", "taken down", "by the link", "the last: accepted", "nobody.example"):
        assert piece in shown, piece
    assert SENTENCE in desk.get(NOTICES).text


def test_who_has_not_answered_comes_first(enter: Enter, article: Article) -> None:
    shown = page(enter("reader"))
    assert shown.index(">Rio<") < shown.index(">Diario<")


def test_notices_that_wait_for_answers_are_listed_apart(enter: Enter, article: Article, now: datetime) -> None:
    desk = enter("reader")
    assert "1 notice waits for answers." in desk.get(f"{NOTICES}?state=todo").text
    for told in Told.objects.filter(acknowledged=None):
        acknowledge(told, "desk", now)
    shown = desk.get(f"{NOTICES}?state=todo").text
    assert "None is like that." in shown
    assert "0 notices wait for answers." in shown


def test_a_notice_waits_for_nobody_once_a_later_one_says_it_anew(now: datetime, tmp_path: Path) -> None:
    article = builders.article(now)
    given(now, article)
    corrected(article, now)
    posted(now, tmp_path)
    assert Notice.objects.unanswered().count() == 1
    withdraw(article, "", now + timedelta(hours=1))
    posted(now + timedelta(hours=1), tmp_path)
    assert Notice.objects.unanswered().get().kind == "withdrawal"


@pytest.mark.parametrize("answer", ["", "never used"])
def test_the_desk_notes_an_answer_that_came_by_phone(enter: Enter, article: Article, answer: str) -> None:
    assert act(enter("partner manager"), "Rio", "answered", answer=answer).status_code == 302
    told = Told.objects.get(partner__name="Rio")
    assert (told.acknowledged_by, told.answer, told.due) == ("desk", answer, None)


def test_the_desk_tells_them_again_at_once(enter: Enter, article: Article) -> None:
    desk, told = enter("partner manager"), Told.objects.get(partner__name="Rio")
    letters = Mailing.objects.filter(key__startswith=f"{PREFIX}{mailings_of(told)}")
    assert letters.count() == 1
    act(desk, "Rio", "remind")
    assert letters.count() == 2
    act(desk, "Diario", "remind")
    assert "Diario has answered already." in page(desk)


def test_whoever_may_only_look_sees_no_button_and_no_address_and_can_not_act(enter: Enter, article: Article) -> None:
    desk = enter("publisher")
    shown = page(desk)
    assert "Tell them again" not in shown
    assert "bo@blog.example" not in shown
    assert act(desk, "Rio", "answered").status_code == 403
    assert Told.objects.get(partner__name="Rio").acknowledged is None


def test_the_page_of_many_who_were_told_costs_few_questions(
    enter: Enter, article: Article, django_assert_max_num_queries: object
) -> None:
    desk = enter("partner manager")
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        page(desk)
