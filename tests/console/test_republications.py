"""Pages elsewhere that carry articles, and where they count: at the desk."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest
from django.test import Client

from service.console import matters
from service.content.models import Article
from service.delivery.models import Message
from service.partners.actions.uses import report_use
from service.partners.models import Look, Republication
from tests import builders
from tests.partners.republishing import given, partner

from .conftest import Enter

pytestmark = pytest.mark.django_db
PAGES, IMPACT = "/console/partners/republications/", "/console/partners/impact"
FINDING = {"kind": "byline", "verdict": "fail", "sentence": "No byline.", "evidence": "<script>alert(1)</script>"}


@pytest.fixture
def article(now: datetime) -> Article:
    return builders.article(now, title="=HYPERLINK(1)")


@pytest.fixture
def row(now: datetime, article: Article) -> Republication:
    """A partner's page with faults."""
    used = report_use(article, "https://diario.example/1", "form", now, partner=given(now, article, "Diario"))
    Look.objects.create(republication=used, at=now, outcome="faults", findings=[FINDING], repair="<p>By Cauce</p>")
    Republication.objects.update(outcome="faults", checked=now, check_after=None, country="PE", live=True)
    used.refresh_from_db()
    return used


def do(desk: Client, row: Republication, verb: str) -> str:
    return desk.post(f"{PAGES}{row.pk}/{verb}", follow=True).text


def todo(desk: Client) -> bool:
    return "diario.example" in desk.get(f"{PAGES}?state=todo").text


def test_a_look_is_shown_as_text_whatever_stood_on_the_page(enter: Enter, row: Republication) -> None:
    shown = enter("reader").get(f"{PAGES}{row.pk}/").text
    for piece in (
        "It has faults, and waits for somebody.",
        "No byline.",
        "&lt;script&gt;alert(1)",
        "&lt;p&gt;By Cauce",
    ):
        assert piece in shown, piece
    assert "<script>alert(1)" not in shown
    assert "desk@diario.example" not in shown


def test_what_would_mend_it_is_mailed_once_when_the_desk_agrees(enter: Enter, row: Republication) -> None:
    desk = enter("partner manager")
    assert "desk@diario.example" in desk.get(f"{PAGES}{row.pk}/").text
    assert "they were sent what to mend" in do(desk, row, "repair")
    assert "mailed already" in do(desk, row, "repair")
    assert Message.objects.filter(mailing__key__contains="repair:").count() == 1


def test_a_page_needs_somebody_until_it_is_mailed_or_settled(enter: Enter, row: Republication) -> None:
    desk = enter("partner manager", name="maria")
    assert todo(desk)
    assert "maria has seen to them" in do(desk, row, "settle")
    assert not todo(desk)
    Republication.objects.update(settled_at=None)
    do(desk, row, "repair")
    assert not todo(desk)


def test_a_page_is_looked_at_again_when_the_desk_asks(enter: Enter, row: Republication) -> None:
    do(enter("partner manager"), row, "look")
    row.refresh_from_db()
    assert row.check_after


@pytest.mark.parametrize("verb", ["repair", "settle", "look"])
def test_whoever_does_not_look_after_partners_decides_nothing(enter: Enter, row: Republication, verb: str) -> None:
    desk = enter("publisher")
    assert desk.post(f"{PAGES}{row.pk}/{verb}").status_code == 403
    assert "Mail it to them" not in desk.get(f"{PAGES}{row.pk}/").text


@pytest.mark.parametrize(("asked", "found"), [("words=diario", 1), ("words=rio.example/2", 0), ("state=gone", 0)])
def test_pages_are_found_by_words_and_by_what_the_last_look_saw(
    enter: Enter, row: Republication, asked: str, found: int
) -> None:
    assert enter("reader").get(f"{PAGES}?{asked}").text.count("https://diario.example/1") == found


def test_the_desk_reports_a_use_that_it_heard_of(enter: Enter, now: datetime, article: Article) -> None:
    owner = partner(now, domains=["diario.example"])
    form = {"article": article.key, "url": "https://diario.example/2", "contact": "bo@diario.example"}
    answer = enter("partner manager").post(f"{PAGES}report", form, follow=True)
    assert "it is looked at within a minute" in answer.text
    used = Republication.objects.get()
    assert (used.article, used.partner, used.heard_by, used.contact) == (article, owner, "desk", "bo@diario.example")


@pytest.mark.parametrize(
    ("wrong", "sentence"), [({"article": "no"}, "There is no article"), ({"url": "diario"}, "not the whole address")]
)
def test_what_is_amiss_with_a_report_is_said_and_what_was_typed_stays(
    enter: Enter, article: Article, wrong: dict[str, str], sentence: str
) -> None:
    form = {"article": article.key, "url": "https://diario.example/2", "organisation": "Diario", **wrong}
    answer = enter("partner manager").post(f"{PAGES}report", form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Diario"' in answer.text
    assert not Republication.objects.exists()


def test_today_leads_to_the_pages_that_need_somebody(now: datetime, row: Republication) -> None:
    (matter,) = [one for one in matters.waits(now) if "licence asks for" in one.sentence]
    assert matter.where == f"{PAGES}?state=todo"


def test_the_desk_reads_the_impact_by_month_and_by_article(enter: Enter, row: Republication, article: Article) -> None:
    desk = enter("reader")
    assert "1 article was republished on 1 page." in desk.get(f"{IMPACT}/?month=2026-11").text
    assert "0 articles were republished" in desk.get(f"{IMPACT}/?month=2026-10").text
    assert "https://diario.example/1" in desk.get(f"{IMPACT}/{article.key}/").text
    assert desk.get(f"{IMPACT}/0f3a0f3a0f3a/").status_code == 404


def test_the_impact_goes_out_as_a_table_in_which_nothing_is_computed(enter: Enter, row: Republication) -> None:
    table = enter("reader").get(f"{IMPACT}.csv?month=2026-11")
    (found,) = csv.DictReader(io.StringIO(table.text))
    assert table["Content-Disposition"] == 'attachment; filename="impact-2026-11.csv"'
    assert (found["title"], found["pages"], found["countries"]) == ("'=HYPERLINK(1)", "1", "PE")


@pytest.mark.parametrize("place", ["/", ".csv"])
def test_a_month_that_is_none_gets_a_sentence(enter: Enter, place: str) -> None:
    assert "Write it like 2026-11" in enter("reader").get(f"{IMPACT}{place}?month=x").text
