"""The page by which whoever was told answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from service.content.actions.store import withdraw
from service.content.models import Article
from service.partners.actions.uses import report_use
from service.partners.models import Republication, Told
from service.toolbox import tokens
from service.toolbox.logs import masked

from .republishing import PAGE, acknowledge_path, corrected, given, posted, told

pytestmark = pytest.mark.django_db


def link(now: datetime, article: Article, folder: Path, **fields: str) -> str:
    report_use(article, PAGE, "form", now, partner=given(now, article, **fields))
    withdraw(article, "A source is in danger.", now)
    return acknowledge_path(posted(now, folder)[0])


def test_the_page_shows_what_it_is_about_and_looking_changes_nothing(
    now: datetime, article: Article, browser: Client, tmp_path: Path
) -> None:
    path = link(now, article, tmp_path)
    for ask in (browser.get, browser.head, browser.options):
        answer = ask(path)
        assert not answer.cookies
    page = browser.get(path).content.decode()
    for piece in (article.title, PAGE, "A source is in danger.", 'value="taken down"', 'value="never used"'):
        assert piece in page
    assert 'value="corrected"' not in page
    assert told().acknowledged is None


def test_an_answer_is_noted_and_the_page_is_looked_at_at_once(
    now: datetime, article: Article, browser: Client, tmp_path: Path
) -> None:
    path = link(now, article, tmp_path)
    Republication.objects.update(check_after=now + timedelta(days=30))
    assert browser.post(path, {"answer": "taken down"}).status_code == 200
    row = told()
    assert (row.answer, row.acknowledged_by, row.due) == ("taken down", "link", None)
    assert row.acknowledged
    due = Republication.objects.get().check_after
    assert due
    assert due < now + timedelta(days=30)


def test_a_later_answer_stands_and_the_first_hour_too(
    now: datetime, article: Article, browser: Client, tmp_path: Path
) -> None:
    path = link(now, article, tmp_path)
    browser.post(path, {"answer": "never used"})
    Told.objects.update(acknowledged=now)
    browser.post(path, {"answer": "taken down"})
    assert (told().answer, told().acknowledged) == ("taken down", now)


@pytest.mark.parametrize("answer", ["", "corrected", "x"])
def test_what_is_no_answer_gets_a_sentence(
    now: datetime, article: Article, browser: Client, tmp_path: Path, answer: str
) -> None:
    page = browser.post(link(now, article, tmp_path), {"answer": answer})
    assert page.status_code == 422
    assert "Choose one of the answers." in page.content.decode()
    assert told().acknowledged is None


def test_a_correction_can_be_answered_with_corrected(
    now: datetime, article: Article, browser: Client, tmp_path: Path
) -> None:
    given(now, article)
    corrected(article, now)
    browser.post(acknowledge_path(posted(now, tmp_path)[0]), {"answer": "corrected"})
    assert told().answer == "corrected"


def test_the_page_speaks_the_partners_language(
    now: datetime, article: Article, browser: Client, tmp_path: Path
) -> None:
    path = link(now, article, tmp_path, language="es")
    assert "Retire este artículo ya" in browser.get(path).content.decode()
    assert "queda anotada" in browser.post(path, {"answer": "taken down"}).content.decode()


def test_no_other_link_of_ours_opens_it(now: datetime, article: Article, browser: Client, tmp_path: Path) -> None:
    link(now, article, tmp_path)
    for purpose in ("unsubscribe", "confirm", "form"):
        path = f"/partners/acknowledge/{tokens.sign(purpose, str(told().pk))}"
        assert browser.post(path, {"answer": "taken down"}).status_code == 404
    assert Told.objects.get().acknowledged is None


def test_no_log_line_holds_the_link(now: datetime, article: Article, tmp_path: Path) -> None:
    path = link(now, article, tmp_path)
    assert path.rpartition("/")[2] not in masked(f"GET {path} 200")
