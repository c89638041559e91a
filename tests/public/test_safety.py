"""What a link can do, in whose hands, and what no answer tells."""

from __future__ import annotations

import re
import statistics
import time
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client

from service.audience import limits
from service.audience.actions import confirm, unsubscribe
from service.audience.models import Subscriber
from service.delivery.actions.send import send_due
from service.delivery.models import Suppression
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import raise_alerts
from service.toolbox import clock, tokens
from service.toolbox.logs import masked
from tests import builders
from tests.editions.test_privacy import everything_stored

pytestmark = pytest.mark.django_db
ANA = "ana@readers.example"
SITE = "https://letters.cauce.example"
FORM = {"address": ANA, "language": "en", "wants": "both"}
PURPOSES = ("confirm", "preferences", "unsubscribe", "erase")


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=True)


def mailed(tmp_path: Path) -> list[EmailMessage]:
    send_due(clock.now())
    return builders.letters(tmp_path / "outbox")


def links(letter: EmailMessage) -> set[str]:
    """Every address of ours in it: both parts, and the headers."""
    told = builders.part(letter, "plain") + builders.part(letter, "html") + str(letter["List-Unsubscribe"])
    return {found.rstrip(".>") for found in re.findall(rf"{SITE}(/[^\s\"'<>]*)", told)}


def every_letter(browser: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[EmailMessage]:
    """One of each kind that a reader may get, more than they may get in a day."""
    now = clock.now()
    monkeypatch.setattr(limits, "LETTERS", limits.Limit(99, 99))
    browser.post("/subscribe", FORM)
    reader = Subscriber.objects.get()
    confirm(tokens.sign("confirm", reader.key), now)
    builders.article(now)
    raise_alerts(now)
    dispatch_editions(now)
    browser.post("/preferences/", {"address": ANA})
    browser.post(f"/preferences/{tokens.sign('preferences', reader.key)}/export")
    browser.post("/subscribe", FORM)
    browser.post("/erase/", {"address": ANA})
    mailed(tmp_path)
    unsubscribe(tokens.sign("unsubscribe", reader.key), now)
    return mailed(tmp_path)


@pytest.mark.parametrize("status", ["pending", "active", "unsubscribed"])
def test_no_link_of_any_letter_changes_anything_by_being_looked_at(
    browser: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    letters = every_letter(browser, tmp_path, monkeypatch)
    addresses = sorted(set().union(*map(links, letters)))
    assert {purpose for purpose in PURPOSES if any(f"/{purpose}/" in one for one in addresses)} == set(PURPOSES)
    Subscriber.objects.update(status=status)
    key = Subscriber.objects.get().key
    addresses += [f"/preferences/{tokens.sign('preferences', key)}/{what}" for what in ("erase", "export")]
    before = everything_stored()
    for address in addresses:
        for ask in (browser.get, browser.head, browser.options):
            for more in ("", "&utm_source=scanner" if "?" in address else "?utm_source=scanner&wrapped=1"):
                answer = ask(address + more, headers={"purpose": "prefetch"})
                assert answer.status_code < 500
                assert not answer.cookies
                assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert everything_stored() == before


def test_a_link_can_neither_be_altered_nor_used_elsewhere(browser: Client, now: datetime) -> None:
    ana, bruno = builders.reader(now, "ana"), builders.reader(now, "bruno")
    for purpose in PURPOSES:
        token = tokens.sign(purpose, ana.key)
        swapped = token.replace(ana.key, bruno.key)
        for bad in (swapped, token[:-2] + "xx", token.swapcase(), token + "a", "x" * 100):
            assert browser.post(f"/{purpose}/{bad}").status_code == 404
        for door in set(PURPOSES) - {purpose}:
            assert browser.post(f"/{door}/{token}").status_code == 404
        for door in ("erase", "export"):
            other = token if purpose != "preferences" else swapped
            assert browser.post(f"/preferences/{other}/{door}").status_code in (403, 404, 405)
            assert browser.get(f"/preferences/{other}/{door}").status_code in (404, 405)
    assert Subscriber.objects.active().count() == 2


@pytest.mark.parametrize(("purpose", "days"), [("confirm", 8), ("preferences", 2), ("erase", 8)])
def test_an_old_link_is_too_old(
    browser: Client, now: datetime, monkeypatch: pytest.MonkeyPatch, purpose: str, days: int
) -> None:
    reader, later = builders.reader(now), time.time() + days * 24 * 3600
    token = tokens.sign(purpose, reader.key)
    monkeypatch.setattr(time, "time", lambda: later)
    assert "too old" in browser.post(f"/{purpose}/{token}").content.decode()


def test_no_log_line_holds_a_link(now: datetime) -> None:
    reader = builders.reader(now)
    for purpose in PURPOSES:
        path = f"GET /{purpose}/{tokens.sign(purpose, reader.key)} failed"
        assert reader.key not in masked(path)
        assert reader.key not in masked(f"POST /preferences/{tokens.sign('preferences', reader.key)}/erase failed")


@pytest.mark.parametrize("state", ["active", "pending", "unsubscribed", "suppressed", "too often"])
@pytest.mark.parametrize(("path", "form"), [("/subscribe", FORM), ("/preferences/", {}), ("/erase/", {})])
def test_whatever_an_address_is_the_answer_is_the_same(
    browser: Client, now: datetime, path: str, form: dict[str, str], state: str
) -> None:
    known = builders.reader(now, "known")
    known.status = state if state in ("pending", "unsubscribed") else "active"
    known.save()
    if state == "suppressed":
        Suppression.objects.create(fingerprint=known.address.fingerprint, reason="complaint", at=now)
    for _ in range(5 if state == "too often" else 0):
        browser.post("/preferences/", {"address": "known@readers.example"})
    answers = [browser.post(path, {**form, "address": f"{name}@readers.example"}) for name in ("known", "unknown")]
    assert answers[0].content == answers[1].content
    assert answers[0].status_code == answers[1].status_code == 200
    assert answers[0].headers == answers[1].headers


@pytest.mark.parametrize(("path", "form"), [("/subscribe", FORM), ("/preferences/", {}), ("/erase/", {})])
def test_it_takes_as_long_for_a_reader_as_for_a_stranger(
    browser: Client, now: datetime, path: str, form: dict[str, str]
) -> None:
    """The same is done for both, and undone for one: as many statements, give or take the few by which a
    new row differs from an old one, and about the same time in the median of many."""
    taken: dict[str, list[float]] = {"known": [], "stranger": []}
    asked: dict[str, int] = {}
    for number in range(14):
        builders.reader(now, f"known{number}")
        for name, times in taken.items():
            connection.queries_log.clear()
            connection.force_debug_cursor = True
            began = time.perf_counter()
            browser.post(path, {**form, "address": f"{name}{number}@readers.example"})
            times.append(time.perf_counter() - began)
            connection.force_debug_cursor = False
            asked[name] = len(connection.queries_log)
    medians = [statistics.median(times[2:]) for times in taken.values()]
    assert max(medians) < 1.6 * min(medians)
    assert max(asked.values()) < 1.35 * min(asked.values())


def test_whoever_has_a_forwarded_letter_can_only_let_its_reader_leave_and_the_reader_hears_of_it(
    browser: Client, tmp_path: Path
) -> None:
    now = clock.now()
    reader = builders.reader(now, "ana")
    builders.article(now)
    raise_alerts(now)
    dispatch_editions(now)
    (letter,) = mailed(tmp_path)
    opened = {address: browser.get(address).content.decode() for address in links(letter)}
    for address, page in opened.items():
        assert ANA not in page
        assert "checked" not in page or address.startswith("/preferences/?") or address == "/", address
        assert not re.search(r"/(preferences|erase|confirm)/[0-9a-f]{32}", page), address
    for address in links(letter):
        if "/unsubscribe/" not in address:
            assert browser.post(address).status_code in (403, 404, 405, 422), address
    token = next(one for one in links(letter) if "/unsubscribe/" in one).removeprefix("/unsubscribe/")
    for door in ("/preferences/{}", "/preferences/{}/erase", "/preferences/{}/export", "/erase/{}", "/confirm/{}"):
        assert browser.post(door.format(token)).status_code in (403, 404, 405)
    reader.refresh_from_db()
    assert reader.status == "active"
    browser.post(f"/unsubscribe/{token}", {"List-Unsubscribe": "One-Click"})
    assert [one["To"] for one in mailed(tmp_path) if "no more letters" in one["Subject"]] == [ANA]


def test_erased_by_the_mailed_link_with_one_button(browser: Client, now: datetime, tmp_path: Path) -> None:
    builders.reader(now, "ana", "es")
    browser.post("/erase/", {"address": ANA})
    (letter,) = mailed(tmp_path)
    address = next(one for one in links(letter) if one.startswith("/erase/"))
    page = browser.get(address).content.decode()
    assert (page.count("<form"), page.count("<button"), '<html lang="es"' in page) == (1, 1, True)
    answers = [browser.post(address) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert not Subscriber.objects.exists()


def test_the_page_of_an_erase_link_is_the_same_for_nobody(browser: Client, now: datetime) -> None:
    reader = builders.reader(now, language="es")
    pages = []
    for key in (reader.key, "f" * 32):
        token = tokens.sign("erase", key)
        pages.append(browser.get(f"/erase/{token}").content.decode().replace(token, ""))
    assert pages[0] == pages[1]


def test_the_choices_lead_to_a_copy_and_to_the_button_that_erases(
    browser: Client, now: datetime, tmp_path: Path
) -> None:
    reader = builders.reader(now)
    choices = f"/preferences/{tokens.sign('preferences', reader.key)}"
    page = browser.get(choices).content.decode()
    assert f'action="{choices}/export"' in page
    assert f'href="{choices}/erase"' in page
    assert b"mailbox" in browser.post(f"{choices}/export").content
    assert [one["To"] for one in mailed(tmp_path)] == [ANA]
    action = re.search(r'action="(/erase/[^"]+)"', browser.get(f"{choices}/erase").content.decode())
    assert action
    assert browser.post(action[1]).status_code == 200
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "https:evil.example"]
)
def test_no_page_leads_where_its_address_says(client: Client, admin_user: Any, now: datetime, elsewhere: str) -> None:
    article = builders.article(now)
    names = ("next", "url", "to", "redirect", "return", "language")
    for path in ("/", f"/s/{article.pk}", f"/articles/{article.pk}/republish", "/preferences/", "/feeds/", "/admin/"):
        answer = client.get(path, dict.fromkeys(names, elsewhere))
        assert urlsplit(answer.headers.get("Location", "")).hostname in (None, "cauce.example"), path
    entry = f"/admin/login/?{urlencode({'next': elsewhere})}"
    answer = client.post(entry, {"username": admin_user.username, "password": "password", "next": elsewhere})
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]


def test_a_form_filled_by_a_program_does_nothing(browser: Client) -> None:
    answer = browser.post("/subscribe", {**FORM, "website": "https://pills.example"})
    assert answer.content == browser.post("/subscribe", FORM).content
    assert Subscriber.objects.count() == 1


def test_a_network_that_asks_too_often_is_told(browser: Client, settings: Any) -> None:
    def ask(number: int, **more: str) -> int:
        form = {**FORM, "address": f"reader{number}@readers.example"}
        return browser.post("/subscribe", form, REMOTE_ADDR="8.8.4.4", **more).status_code

    answers = [ask(number, HTTP_X_FORWARDED_FOR=f"9.9.{number}.9") for number in range(12)]
    assert answers == [200] * 10 + [429] * 2
    page = browser.post("/erase/", {"address": ANA}, REMOTE_ADDR="8.8.4.4", headers={"accept-language": "es"})
    assert "mañana" in page.content.decode()
    assert "8.8.4" not in everything_stored()


def test_a_form_that_was_shown_for_a_moment_may_ask_more_often(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = re.search(r'name="shown" value="([^"]+)"', browser.get("/").content.decode())
    assert found
    form = {**FORM, "shown": found[1]}
    later = time.time() + 5
    monkeypatch.setattr(time, "time", lambda: later)
    answers = {
        browser.post("/subscribe", {**form, "address": f"r{n}@readers.example"}, REMOTE_ADDR="8.8.4.4").status_code
        for n in range(14)
    }
    assert answers == {200}
