"""Pages that carry our articles are looked at, on a real server, until they are as they should be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from service.content.actions.bylines import remove_byline
from service.content.actions.store import take_in, withdraw
from service.content.models import Article
from service.delivery.actions.send import send_due
from service.feeds.actions.copies import as_html, attribution
from service.partners.actions import looking
from service.partners.actions.looking import look_again
from service.partners.actions.repairing import mail_repair
from service.partners.actions.retention import sweep
from service.partners.actions.standing import MENDED, standing
from service.partners.actions.tell import tell_partners
from service.partners.models import Look, Notice, Partner, Republication
from service.toolbox.errors import ServiceError
from tests import builders

from .republishing import Site, partner, running, words

pytestmark = pytest.mark.django_db
HERE = ["127.0.0.1"]
TEXT = [
    "Three boats left the harbour of Tumaco on the night of the fourth, each with four hundred kilos on board.",
    "The port authority had been told of them two days before, by a clerk who has since gone into hiding.",
    "Nobody stopped them, and a week later the money was in an account in Panama, as bank records show.",
]


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as site:
        yield site


def html(*paragraphs: str) -> str:
    return "".join(f"<p>{one}</p>" for one in paragraphs)


@pytest.fixture
def article(now: datetime) -> Article:
    return builders.article(now, body=html(*TEXT), title="Three boats")


def at(site: Site, article: Article, now: datetime, whose: Partner | None = None, contact: str = "") -> Republication:
    """Reported as standing on that server. No form takes such an address; a test's server has no other."""
    given = {"heard_by": "desk", "reported": now, "check_after": now, "contact": contact, "partner": whose}
    return Republication.objects.create(article=article, url=f"{site.url}/note", **given)


def shows(site: Site, body: str, status: int = 200) -> None:
    site.answers["/note"] = status, f"<html><body><h1>Three boats</h1><article>{body}</article></body></html>"


def looked(row: Republication, now: datetime) -> Republication:
    look_again(now, HERE)
    row.refresh_from_db()
    return row


def test_a_faithful_copy_is_well(now: datetime, site: Site, article: Article) -> None:
    shows(site, as_html(article, attribution(article, now)))
    row = looked(at(site, article, now), now)
    assert (row.outcome, row.live, row.current) == ("well", True, True)


def test_a_bare_copy_has_faults_with_evidence_and_a_repair(now: datetime, site: Site, article: Article) -> None:
    shows(site, article.body)
    row = looked(at(site, article, now), now)
    look = Look.objects.get()
    assert (row.outcome, row.live) == ("faults", True)
    assert {"byline", "licence"} <= {one["kind"] for one in look.findings if one["verdict"] == "fail"}
    assert article.canonical_url in look.repair


def test_findings_are_in_the_partners_language(now: datetime, site: Site, article: Article) -> None:
    shows(site, article.body)
    looked(at(site, article, now, partner(now, language="es")), now)
    assert any("La firma no nombra a Cauce" in one["sentence"] for one in Look.objects.get().findings)


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_not_there_is_gone(now: datetime, site: Site, article: Article, status: int) -> None:
    shows(site, "", status)
    row = looked(at(site, article, now), now)
    assert (row.outcome, row.live) == ("gone", False)


@pytest.mark.parametrize("status", [403, 429, 500])
def test_a_server_in_trouble_says_nothing_about_the_page(
    now: datetime, site: Site, article: Article, status: int
) -> None:
    shows(site, article.body)
    row = looked(at(site, article, now), now)
    shows(site, "", status)
    row = looked(row, now + timedelta(days=1))
    assert (row.outcome, row.live) == ("unreachable", True)


def test_where_our_text_was_never_seen_a_kill_does_not_call_it_gone(
    now: datetime, site: Site, article: Article
) -> None:
    shows(site, "<p>Loading…</p>")
    row = looked(at(site, article, now), now)
    withdraw(article, "", now)
    assert (row.outcome, row.live) == ("other", None)
    row = looked(row, now + timedelta(days=2))
    assert row.live is None


def test_a_page_that_lost_our_text_is_gone(now: datetime, site: Site, article: Article) -> None:
    shows(site, article.body)
    row = looked(at(site, article, now), now)
    shows(site, "<p>Another story altogether stands here now.</p>")
    row = looked(row, now + timedelta(days=1))
    assert (row.outcome, row.live) == ("gone", False)


def test_robots_txt_is_obeyed(now: datetime, site: Site, article: Article) -> None:
    site.answers["/robots.txt"] = 200, "User-agent: Byline\nDisallow: /note"
    shows(site, article.body)
    row = looked(at(site, article, now), now)
    assert (row.outcome, row.live, site.asked) == ("other", None, ["/robots.txt"])


def test_a_private_address_is_never_looked_at(now: datetime, site: Site, article: Article) -> None:
    row = at(site, article, now)
    look_again(now)
    row.refresh_from_db()
    assert (row.outcome, site.asked) == ("unreachable", [])


def test_looks_come_after_1_7_and_30_days_then_every_90(now: datetime, site: Site, article: Article) -> None:
    shows(site, article.body)
    row, days = at(site, article, now), []
    for _ in range(5):
        due = row.check_after
        assert due
        row = looked(row, due)
        assert row.check_after
        days.append((row.check_after - due).days)
    assert days == [1, 7, 30, 90, 90]


def test_a_look_that_is_not_due_does_not_happen(now: datetime, site: Site, article: Article) -> None:
    row = looked(at(site, article, now), now)
    looked(row, now + timedelta(hours=23))
    assert Look.objects.count() == 1


def test_a_withdrawn_article_is_looked_for_hourly_until_it_is_gone(now: datetime, site: Site, article: Article) -> None:
    shows(site, article.body)
    row = looked(at(site, article, now), now)
    withdraw(article, "", now)
    tell_partners(now)
    row = looked(row, now)
    assert (row.outcome, row.live, row.check_after) == ("faults", True, now + timedelta(hours=1))
    shows(site, "", 410)
    row = looked(row, now + timedelta(hours=1))
    assert row.live is False
    assert row.check_after
    assert row.check_after > now + timedelta(days=20)


def test_an_article_that_is_back_is_not_looked_for_hourly(now: datetime, site: Site, article: Article) -> None:
    shows(site, article.body)
    row = looked(at(site, article, now), now)
    withdraw(article, "", now)
    tell_partners(now)
    article.versions.create(number=3, kind="restored", at=now, title=article.title, body=article.body)
    Article.objects.update(status="published")
    row = looked(row, now)
    assert row.check_after
    assert row.check_after > now + timedelta(days=1)


def test_a_corrected_article_is_looked_at_hourly_until_the_new_text_is_there(
    now: datetime, site: Site, article: Article
) -> None:
    shows(site, article.body)
    row = looked(at(site, article, now), now)
    new = [TEXT[0].replace("four hundred kilos", "forty kilos in plain sacks"), *TEXT[1:]]
    draft = builders.draft(external_id=article.external_id, url=article.canonical_url, title="Three boats")
    draft = replace(draft, body=html(*new), change="correction", note="Forty kilos.")
    take_in(builders.source(), draft, now, first_import=False)
    tell_partners(now)
    row = looked(row, now)
    assert (row.current, row.check_after) == (False, now + timedelta(hours=1))
    shows(site, html(*new))
    row = looked(row, now + timedelta(hours=1))
    assert row.current is True
    assert row.check_after
    assert row.check_after > now + timedelta(days=20)


def unnamed(article: Article, now: datetime) -> Notice:
    remove_byline(article.authors.get(), now)
    tell_partners(now)
    return Notice.objects.get()


@pytest.mark.parametrize(
    "where",
    [
        "<p>By LUCIA FERRER, Cauce</p>{}",
        "{}<footer class='author-box'>About Lucía&nbsp;<b>Ferrer</b></footer>",
        "<meta name='author' content='Lucía Ferrer'>{}",
    ],
)
def test_a_name_that_was_taken_off_is_looked_for_hourly_until_it_is_gone(
    now: datetime, site: Site, article: Article, where: str
) -> None:
    shows(site, where.format(article.body))
    row = looked(at(site, article, now), now)
    notice = unnamed(article, now)
    row = looked(row, now)
    assert (row.outcome, row.current, row.check_after) == ("faults", False, now + timedelta(hours=1))
    assert standing(notice).live == 1
    shows(site, article.body)
    row = looked(row, now + timedelta(hours=1))
    assert row.current is True
    assert row.check_after
    assert row.check_after > now + timedelta(days=20)
    (page,) = standing(notice).others
    assert (page.state, standing(notice).live) == (MENDED, 0)


def test_what_nobody_looked_at_since_the_name_went_is_called_unseen(
    now: datetime, site: Site, article: Article
) -> None:
    shows(site, f"<p>By Lucía Ferrer, Cauce</p>{article.body}")
    looked(at(site, article, now - timedelta(days=1)), now - timedelta(days=1))
    assert standing(unnamed(article, now)).unseen == 1


def test_what_is_noted_of_a_name_that_must_go_does_not_repeat_it(now: datetime, site: Site, article: Article) -> None:
    shows(site, f"<p>By Lucía Ferrer, Cauce</p>{article.body}")
    row = at(site, article, now)
    unnamed(article, now)
    looked(row, now)
    look = Look.objects.get()
    (found,) = [one for one in look.findings if one["kind"] == "withheld"]
    assert "Ferrer" not in f"{found}{look.repair}"
    assert "by […] cauce" in found["evidence"]
    assert "Cauce" in look.repair


def test_a_repair_is_mailed_once_when_the_desk_says_so(
    now: datetime, site: Site, article: Article, tmp_path: Path
) -> None:
    shows(site, article.body)
    row = looked(at(site, article, now, partner(now, language="es")), now)
    send_due(now)
    assert not builders.letters(tmp_path / "outbox")
    mail_repair(row.looks.get(), now)
    with pytest.raises(ServiceError, match="mailed already"):
        mail_repair(row.looks.get(), now)
    send_due(now)
    (letter,) = builders.letters(tmp_path / "outbox")
    assert letter["To"] == "desk@diario.example"
    assert "Pegue esto en su copia" in words(letter)
    assert f'href="{article.canonical_url}"' in words(letter)


def test_nobody_is_written_to_about_a_page_that_is_well_or_nobodys(now: datetime, site: Site, article: Article) -> None:
    shows(site, article.body)
    row = looked(at(site, article, now), now)
    with pytest.raises(ServiceError, match="Nobody is known there"):
        mail_repair(row.looks.get(), now)
    shows(site, as_html(article, attribution(article, now)))
    row = looked(row, now + timedelta(days=1))
    with pytest.raises(ServiceError, match="Nothing is to be mended"):
        mail_repair(row.looks.first() or Look(), now)


def test_one_host_is_looked_at_so_often_an_hour_and_the_rest_waits(
    now: datetime, site: Site, article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "MOST_AT_A_HOST", 3)
    given = {"article": article, "heard_by": "mail", "reported": now, "check_after": now}
    Republication.objects.bulk_create(Republication(url=f"{site.url}/{number}", **given) for number in range(5))
    counts = [sum(look_again(now + timedelta(minutes=minutes), HERE).outcomes.values()) for minutes in (0, 30, 61)]
    assert counts == [3, 0, 2]


def test_a_withdrawn_text_that_was_seen_is_looked_for_however_often_the_host_was_asked(
    now: datetime, site: Site, article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    shows(site, article.body)
    row = looked(at(site, article, now), now)
    withdraw(article, "", now)
    tell_partners(now)
    monkeypatch.setattr(looking, "MOST_AT_A_HOST", 0)
    assert looked(row, now + timedelta(minutes=5)).looks.count() == 2


@pytest.mark.parametrize(("days", "status", "kept"), [(29, 410, True), (31, 410, False), (31, 200, True)])
def test_a_reporters_mailbox_is_forgotten_a_month_after_the_page_is_gone(
    now: datetime, site: Site, article: Article, days: int, status: int, kept: bool
) -> None:
    shows(site, article.body, status)
    row = looked(at(site, article, now, contact="ana@diario.example"), now)
    sweep(now + timedelta(days=days))
    row.refresh_from_db()
    assert bool(row.contact) is kept


@pytest.mark.parametrize(("days", "kept"), [(2 * 365 - 1, True), (2 * 365 + 1, False)])
def test_a_reporters_mailbox_is_forgotten_after_two_years_and_the_use_stays(
    now: datetime, site: Site, article: Article, days: int, kept: bool
) -> None:
    row = at(site, article, now, contact="ana@diario.example")
    sweep(now + timedelta(days=days))
    row.refresh_from_db()
    assert bool(row.contact) is kept
