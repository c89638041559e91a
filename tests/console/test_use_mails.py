"""A mail about a use that no program understood: the desk says what was used where."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from service.cli.letterbox import take_in
from service.console import matters
from service.content.models import Article
from service.delivery.models import Quarantined
from service.partners.actions.use_mails import waiting
from service.partners.models import Republication
from tests import builders
from tests.partners.republishing import PAGE, partner
from tests.partners.test_usemail import REPUBLISH, mail

from .conftest import Enter

pytestmark = pytest.mark.django_db
MAILS = "/console/partners/mails/"


@pytest.fixture
def article(now: datetime) -> Article:
    return builders.article(now, title="Gold", url="https://cauce.example/gold/")


@pytest.fixture
def waits(now: datetime) -> Quarantined:
    take_in(mail("We used your piece", "We printed it <b>today</b>, ask me where."), now, (REPUBLISH,))
    return waiting().get()


def press(desk: Client, mail: Quarantined, verb: str = "note", **fields: str) -> str:
    referer = {"referer": f"http://testserver{MAILS}"}
    return desk.post(f"{MAILS}{mail.pk}/{verb}", fields, headers=referer, follow=True).text


@pytest.mark.parametrize("words", ["key", "https://www.cauce.example/gold"])
def test_it_becomes_a_use_of_the_article_and_pages_that_the_desk_names(
    enter: Enter, now: datetime, article: Article, waits: Quarantined, words: str
) -> None:
    owner = partner(now, domains=["diario.example"])
    named = article.key if words == "key" else words
    said = press(enter("partner manager"), waits, article=named, pages=f"{PAGE}\r\n{PAGE}-2")
    rows = Republication.objects.order_by("url")
    assert [(row.article, row.url, row.heard_by) for row in rows] == [
        (article, PAGE, "mail"),
        (article, f"{PAGE}-2", "mail"),
    ]
    assert {(row.partner, row.contact) for row in rows} == {(owner, "ana@diario.example")}
    assert all(row.check_after for row in rows)
    assert "2 pages with “Gold” are noted" in said
    assert not waiting().exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"article": "no such", "pages": PAGE}, "There is no article"),
        ({"pages": f"{PAGE} https://cauce.example/gold/"}, "is not our own"),
        ({"pages": ""}, "Name the page that carries the article"),
    ],
)
def test_what_is_amiss_is_said_and_the_mail_waits_on(
    enter: Enter, article: Article, waits: Quarantined, fields: dict[str, str], sentence: str
) -> None:
    assert sentence in press(enter("partner manager"), waits, **{"article": article.key, **fields})
    assert (Republication.objects.exists(), waiting().get()) == (False, waits)


def test_a_mail_that_tells_of_no_use_is_put_away(enter: Enter, waits: Quarantined) -> None:
    assert "Put away" in press(enter("partner manager"), waits, "away")
    assert (waiting().exists(), Republication.objects.exists()) == (False, False)


def test_it_is_shown_as_a_person_reads_it_and_as_nothing_but_text(enter: Enter, waits: Quarantined) -> None:
    shown = enter("partner manager").get(MAILS).text
    for piece in ("We used your piece", "printed it &lt;b&gt;today&lt;/b&gt;, ask", "its subject names no article"):
        assert piece in shown, piece


@pytest.mark.parametrize("role", ["reader", "editor", "publisher"])
def test_whoever_may_not_see_such_mail_sees_none_and_notes_nothing(
    enter: Enter, article: Article, waits: Quarantined, role: str
) -> None:
    desk = enter(role)
    assert desk.get(MAILS).status_code == 403
    press(desk, waits, article=article.key, pages=PAGE)
    assert not Republication.objects.exists()


def test_today_leads_to_them_and_counts_other_mail_apart(now: datetime, waits: Quarantined) -> None:
    take_in(mail("Hello", "There"), now, ("bounces@cauce.example",))
    found = {
        one.sentence.partition(" about a use ")[1]: one.where for one in matters.waits(now) if "mail" in one.sentence
    }
    assert found == {" about a use ": MAILS, "": ""}
