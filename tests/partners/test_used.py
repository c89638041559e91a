"""A use is reported by the form on the republish page."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from service.audience import limits
from service.content.actions.store import withdraw
from service.content.models import Article
from service.partners.models import Republication
from tests import builders

from .republishing import PAGE, partner

pytestmark = pytest.mark.django_db


def path(article: Article) -> str:
    return f"/articles/{article.pk}/used"


def test_the_form_stands_on_the_republish_page_and_is_sent_in_one_click(article: Article, browser: Client) -> None:
    page = browser.get(f"/articles/{article.pk}/republish").content.decode()
    assert f'action="{path(article)}"' in page
    answer = browser.post(path(article), {"url": PAGE})
    assert answer.status_code == 200
    assert "Thank you for telling us." in answer.content.decode()
    row = Republication.objects.get()
    assert (row.article, row.url, row.heard_by) == (article, PAGE, "form")
    assert row.check_after


def test_told_twice_it_is_one_use_and_what_was_not_known_is_added(article: Article, browser: Client) -> None:
    browser.post(path(article), {"url": PAGE})
    browser.post(path(article), {"url": f"{PAGE}#top", "organisation": "Diario", "contact": "ana@diario.example"})
    row = Republication.objects.get()
    assert (row.organisation, row.contact) == ("Diario", "ana@diario.example")


def test_a_page_at_a_partners_site_is_the_partners(now: datetime, article: Article, browser: Client) -> None:
    partner(now, "Other", domains=["example"], country="MX")
    owner = partner(now, domains=["diario.example"], country="PE")
    browser.post(path(article), {"url": "https://www.diario.example/nota"})
    row = Republication.objects.get()
    assert (row.partner, row.country) == (owner, "PE")


@pytest.mark.parametrize(
    "url",
    [
        *("", "diario", "javascript:alert(1)", "http://localhost/x", "http://127.0.0.1/x", "https://cauce.example/x"),
        *(
            "https://letters.cauce.example/x",
            "https://u:p@diario.example/x",
            "https://[x/",
            f"https://d.example/{'x' * 1000}",
        ),
    ],
)
def test_what_is_no_page_of_theirs_gets_a_sentence(article: Article, browser: Client, url: str) -> None:
    answer = browser.post(path(article), {"url": url, "organisation": "Diario <b>"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "That is not the whole address of a page of yours." in page
    assert "Diario &lt;b&gt;" in page
    assert not Republication.objects.exists()


def test_a_wrong_mail_address_is_told_beside_its_field(article: Article, browser: Client) -> None:
    answer = browser.post(path(article), {"url": PAGE, "contact": "ana@nowhere"})
    assert answer.status_code == 422
    assert 'id="contact-error"' in answer.content.decode()


def test_looking_reports_nothing_and_sets_no_cookie(article: Article, browser: Client) -> None:
    answer = browser.get(f"{path(article)}?url={PAGE}")
    assert answer.status_code == 200
    assert not answer.cookies
    assert not Republication.objects.exists()


def test_a_program_that_fills_every_field_is_thanked_and_dropped(article: Article, browser: Client) -> None:
    answer = browser.post(path(article), {"url": PAGE, "website": "https://spam.example"})
    assert answer.status_code == 200
    assert not Republication.objects.exists()


def test_one_network_reports_only_so_much_a_day(
    article: Article, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UNPROVEN_ASKING", limits.Limit(a_day=2))
    answers = [
        browser.post(path(article), {"url": f"{PAGE}-{number}"}, REMOTE_ADDR="93.184.216.34").status_code
        for number in range(3)
    ]
    assert answers == [200, 200, 429]
    assert Republication.objects.count() == 2


def test_the_page_speaks_the_articles_language(now: datetime, browser: Client) -> None:
    article = builders.article(now, language="es")
    assert "¿Lo usó?" in browser.get(f"/articles/{article.pk}/republish").content.decode()
    assert "Gracias por contarnos" in browser.post(path(article), {"url": PAGE}).content.decode()


def test_a_withdrawn_article_may_be_reported_still(now: datetime, article: Article, browser: Client) -> None:
    withdraw(article, "", now)
    assert browser.post(path(article), {"url": PAGE}).status_code == 200
    assert Republication.objects.exists()


def test_an_article_that_is_to_come_tells_nothing_of_itself(now: datetime, article: Article, browser: Client) -> None:
    Article.objects.update(status="scheduled")
    assert browser.get(path(article)).status_code == 404
