"""A use is reported."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from service.partners.actions.create import create
from service.partners.actions.uses import report_use
from service.partners.models import Republication
from service.partners.rules.addresses import NotAPage
from tests import builders

pytestmark = pytest.mark.django_db

PAGE = "https://diario.example/aduanas/"


def test_a_reported_page_is_to_be_looked_at(now: datetime) -> None:
    row = report_use(builders.article(now), PAGE, "form", now, contact="ana@diario.example", country="pe")
    assert (row.url, row.check_after, row.country, row.contact) == (PAGE, now, "PE", "ana@diario.example")


def test_the_same_page_is_one_row_and_what_was_not_known_is_filled_in(now: datetime) -> None:
    article, partner = builders.article(now), create("Diario", "desk@diario.example", now).partner
    report_use(article, PAGE, "mail", now)
    again = now + timedelta(days=1)
    row = report_use(article, "https://DIARIO.example/aduanas/#top", "api", again, partner=partner)
    assert Republication.objects.get() == row
    assert (row.heard_by, row.reported, row.partner, row.organisation) == ("mail", now, partner, "Diario")
    other = create("Otro", "desk@otro.example", now).partner
    assert report_use(article, PAGE, "api", again, partner=other).partner == partner


def test_a_page_reported_again_and_again_is_not_fetched_each_time(now: datetime) -> None:
    article = builders.article(now)
    report_use(article, PAGE, "form", now)
    Republication.objects.update(checked=now)
    assert report_use(article, PAGE, "form", now).check_after == now + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("ftp://diario.example/x", "no web address"),
        ("diario.example/x", "no web address"),
        ("https://diario.example/x\ny", "no web address"),
        ("https://[::1/", "no web address"),
        ("https://diario.example:port/", "no web address"),
        ("https://cauce.example/story-1/", "our own page"),
        ("https://letters.cauce.example/x", "our own page"),
        ("https://CAUCE.example./x", "our own page"),
        ("http://localhost/x", "Nobody else"),
        ("http://cms.internal/x", "Nobody else"),
        ("http://10.0.0.1/x", "Nobody else"),
        ("http://2130706433/x", "Nobody else"),
        ("https://user:secret@diario.example/", "Nobody else"),
        ("https://diario.example/" + "x" * 1000, "longer than"),
    ],
)
def test_what_nobody_could_read_our_article_at_is_refused_with_a_sentence(
    now: datetime, url: str, sentence: str
) -> None:
    with pytest.raises(NotAPage, match=sentence):
        report_use(builders.article(now), url, "form", now)
    assert not Republication.objects.exists()


def test_an_address_in_any_script_is_taken(now: datetime) -> None:
    assert report_use(builders.article(now), "https://periódico.example/niños", "form", now).pk
