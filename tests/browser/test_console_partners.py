"""Whoever republishes, at the desk, in the browser of somebody who works there."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from service.cli.letterbox import take_in
from service.content.actions.store import withdraw
from service.content.models import Article
from service.delivery.actions.send import send_due
from service.partners.actions.create import create
from service.partners.actions.looking import look_again
from service.partners.actions.pulls import note
from service.partners.actions.tell import tell_partners
from service.partners.actions.uses import report_use
from service.partners.models import Key, Look, Notice, Partner, PartnerFeed, Republication
from service.toolbox import clock
from tests import builders
from tests.partners.republishing import Site, running
from tests.partners.test_usemail import REPUBLISH, mail

from .conftest import Open, Visit
from .desk import faults, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Desk = Callable[..., Visit]
HOST = "diario.example"
PARTNERS = "/console/partners/"
TEXT = "".join(
    f"<p>{words}</p>"
    for words in (
        "Three boats left the harbour of Tumaco on the night of the fourth, each with four hundred kilos on board.",
        "The port authority had been told of them two days before, by a clerk who has since gone into hiding.",
        "Nobody stopped them, and a week later the money was in an account in Panama, as bank records show.",
    )
)
FINDINGS = [
    {"kind": "byline", "verdict": "fail", "sentence": "The newsroom is not named.", "evidence": "By our staff"},
    {"kind": "licence", "verdict": "pass", "sentence": "The licence is named.", "evidence": ""},
    {"kind": "images", "verdict": "unsure", "sentence": "One picture may not be used.", "evidence": "boat" * 40},
]


@pytest.fixture
def desk(visit: Open, live_server: Any) -> Desk:
    return lambda *args, **options: signed_in(visit, live_server.url, *args, **options)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A newspaper's: its name leads to this machine."""
    asked = socket.getaddrinfo

    def resolve(host: Any, *args: Any, **more: Any) -> Any:
        return asked("127.0.0.1" if host == HOST else host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with running() as site:
        site.url = site.url.replace("127.0.0.1", HOST)
        yield site


def test_a_partner_gets_a_key_uses_an_article_and_is_mailed_what_to_mend(
    desk: Desk, live_server: Any, site: Site, tmp_path: Path
) -> None:
    article = builders.article(clock.now(), title="Three boats", body=TEXT)
    one = desk("partner manager")
    key = _let_in(one.page, live_server.url)

    _pulls(f"{live_server.url}/partners/feeds/{key}/everything.json", article)
    site.answers["/note"] = 200, f"<html><body><h1>Three boats</h1><article>{TEXT}</article></body></html>"
    _reports(one.page, live_server.url + reverse("used", args=[article.pk]), f"{site.url}/note")
    look_again(clock.now(), [HOST])

    _mails_the_repair(one.page, live_server.url)
    send_due(clock.now())
    (letter,) = builders.letters(tmp_path / "outbox")
    assert letter["To"] == f"desk@{HOST}"
    assert f"{site.url}/note" in builders.part(letter, "plain")
    assert one.complaints == []


def _let_in(page: Page, server: str) -> str:
    """The key, which stands on the next page alone."""
    page.goto(f"{server}{PARTNERS}")
    page.get_by_role("link", name="A new partner").click()
    page.get_by_label("The organisation").fill("Diario del Sur")
    page.get_by_label("Mail address that hears").fill(f"desk@{HOST}")
    page.get_by_label("Where they publish").fill(HOST)
    page.get_by_label("Version of the terms").fill("2026-11")
    page.get_by_role("button", name="Let them in").click()
    key = page.locator(".once code").first.inner_text()
    assert "".join(faults(page)) == ""
    page.goto(f"{server}{PARTNERS}")
    page.get_by_role("link", name="Diario del Sur").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Diario del Sur")
    assert key not in page.content()
    return key


def _pulls(address: str, article: Article) -> None:
    (item,) = httpx.get(address).raise_for_status().json()["items"]
    assert article.title in item["title"]


def _reports(page: Page, form: str, url: str) -> None:
    page.goto(form)
    page.locator("[name=url]").fill(url)
    page.locator("form [type=submit], form button").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")


def _mails_the_repair(page: Page, server: str) -> None:
    page.goto(f"{server}/console/")
    page.get_by_role("link", name="1 page republishes an article without all").click()
    page.get_by_role("link", name=f"{HOST}").click()
    expect(page.locator(".lead")).to_have_text("It has faults, and waits for somebody.")
    page.get_by_role("button", name="Mail it to them").click()
    expect(page.get_by_role("status")).to_have_text("The repair is on its way to them.")
    expect(page.locator(".lead")).to_have_text("It has faults, and they were sent what to mend.")


def test_a_filter_is_tried_while_it_is_chosen(desk: Desk, live_server: Any) -> None:
    for topic in ("customs", "prisons"):
        builders.article(clock.now(), topics=(topic,), title=f"On {topic}")
    partner = create("Diario", f"desk@{HOST}", clock.now(), terms="1").partner
    one = desk("partner manager")
    page = one.page
    page.goto(f"{live_server.url}{PARTNERS}{partner.pk}/feeds/everything/")
    expect(page.locator("#through")).to_have_text("2 of the last 2 articles come through.")
    page.get_by_text("Only on these topics").first.click()
    page.locator("[name=topics][value=customs]").check()
    expect(page.locator("#through")).to_have_text("1 of the last 2 articles comes through.")
    assert PartnerFeed.objects.get().topics == []
    page.locator("[name=topics][value=customs]").uncheck()
    expect(page.locator("#through")).to_have_text("2 of the last 2 articles come through.")
    page.locator("[name=topics][value=prisons]").check()
    page.get_by_role("button", name="Save the filter").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    assert PartnerFeed.objects.get().topics == ["prisons"]
    assert one.complaints == []


@pytest.fixture
def republished() -> dict[str, str]:
    """Addresses of the pages below /console/partners/, as they look after months."""
    now = clock.now()
    article = builders.article(now, title="Three boats", topics=("customs", "prisons"), countries=("PE", "EC"))
    other = builders.article(now, title="Who pays at the port")
    diario = create("Diario del Sur", f"desk@{HOST}", now, terms="2026-11", country="PE", domains=(HOST,)).partner
    Partner.objects.filter(pk=diario.pk).update(hook_url=f"https://{HOST}/hook", lead_minutes=30)
    rio = create("Rio", "desk@rio.example", now).partner
    Key.objects.filter(partner=rio).update(revoked=now)
    create("Gone", "desk@gone.example", now, terms="1")
    Partner.objects.filter(name="Gone").update(suspended_at=now)
    note(diario, [article, other], "feed", now - timedelta(minutes=5))
    PartnerFeed.objects.filter(partner=diario).update(topics=["customs"], not_countries=["ec"])
    whose = {f"https://{HOST}/nota": diario, "https://rio.example/1": rio, "https://x.example/1": None}
    for address, partner in whose.items():
        row = report_use(article, address, "form", now - timedelta(minutes=4), partner=partner, country="PE")
        for day in (2, 1):
            at, block = now - timedelta(days=day), "<p>By Cauce</p>" + "<p>Long</p>" * 60
            Look.objects.create(republication=row, at=at, outcome="faults", findings=FINDINGS, repair=block)
    Republication.objects.update(outcome="faults", live=True, checked=now)
    Republication.objects.filter(partner=rio).update(outcome="well")
    take_in(mail("We used your piece", "We printed it today, " + "far away " * 400), now, (REPUBLISH,))
    withdraw(article, "For the safety of a source.", now)
    tell_partners(now)
    page = Republication.objects.get(partner=diario)
    return {
        "partners": "",
        "new": "new/",
        "partner": f"{diario.pk}/",
        "terms": f"{diario.pk}/terms/",
        "feed": f"{diario.pk}/feeds/everything/",
        "new feed": f"{diario.pk}/feeds/new",
        "republications": "republications/",
        "republication": f"republications/{page.pk}/",
        "report": "republications/new/",
        "notices": "notices/",
        "notice": f"notices/{Notice.objects.get().pk}/",
        "impact": "impact/",
        "impact of one": f"impact/{article.key}/",
        "mails": "mails/",
    }


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_is_wrong_with_a_page_about_partners(
    desk: Desk, live_server: Any, republished: dict[str, str], language: str
) -> None:
    one = desk("partner manager", language)
    wrong = {}
    for name, path in republished.items():
        answer = one.page.goto(f"{live_server.url}{PARTNERS}{path}")
        assert answer
        assert answer.ok, name
        assert one.page.locator("html").get_attribute("lang") == language
        wrong[name] = "".join(faults(one.page))
    assert {name: found for name, found in wrong.items() if found} == {}
    assert one.complaints == []
