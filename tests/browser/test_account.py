"""Logging in, second factors and the people of the desk, in real Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from playwright.sync_api import Page, expect

from service.console.pages import LANGUAGE
from service.people.actions import inviting
from service.toolbox import clock
from tests.console.test_account import PASSWORD, code

from .conftest import Open, Visit
from .desk import in_order, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def maria(settings: Any) -> User:
    settings.DESK_SECOND_FACTOR = "publishers"
    made = User.objects.create_user("maria", "maria@cauce.example", PASSWORD)
    made.groups.set([Group.objects.get_or_create(name="publisher")[0]])
    return made


@contextmanager
def device(page: Page) -> Iterator[None]:
    """A phone that keeps passkeys and knows its owner, as Chromium plays one (WebAuthn §11, CDP)."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    given = {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": given})
    yield
    cdp.send("WebAuthn.disable")


def log_in(page: Page, server: str, where: str = "/console/") -> None:
    page.goto(server + where)
    page.get_by_label("Name or mail address").fill("maria")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def speak(one: Visit, server: str, language: str) -> None:
    """As whoever chose a language at the desk once."""
    session = SessionStore()
    session[LANGUAGE] = language
    session.save()
    one.page.context.add_cookies([{"name": "sessionid", "value": str(session.session_key), "url": server}])


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Log out").click()
    expect(page.locator("h1")).to_have_text("Log in")


def test_whoever_publishes_sets_up_an_app_and_logs_in_with_its_codes(
    visit: Open, live_server: Any, maria: User
) -> None:
    one = visit()
    page = one.page
    log_in(page, live_server.url, "/console/readers/import/")
    expect(page.get_by_role("status")).to_contain_text("Set one up first")
    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Code").fill(code(secret, -1))
    page.get_by_role("button", name="Set it up").click()
    expect(page.locator("h1")).to_have_text("Recovery codes")
    expect(page.locator(".codes li")).to_have_count(10)
    kept = page.locator(".codes li").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()

    log_out(page)
    log_in(page, live_server.url)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#e-code")).to_contain_text("not right")
    page.get_by_label("Code").fill(code(secret))
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("h1")).to_have_text("Today")

    log_out(page)
    log_in(page, live_server.url, "/console/readers/import/")
    page.get_by_label("Code").fill(kept)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("h1")).to_have_text("Bring in a list")
    assert one.complaints == []


def test_a_passkey_is_added_opens_the_desk_alone_proves_it_and_is_removed(
    visit: Open, live_server: Any, maria: User
) -> None:
    one = visit()
    page = one.page
    with device(page):
        log_in(page, live_server.url, "/console/account/")
        page.get_by_role("link", name="Add a passkey").click()
        page.get_by_label("What you call it").fill("phone")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.locator("h1")).to_have_text("Recovery codes")

        log_out(page)
        page.get_by_role("button", name="Log in with a passkey").click()
        expect(page.locator("h1")).to_have_text("Today")

        log_out(page)
        log_in(page, live_server.url)
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.locator("h1")).to_have_text("Today")

        page.goto(f"{live_server.url}/console/account/again/passkey?next=/console/feeds/")
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.locator("h1")).to_have_text("Feeds")

        page.goto(f"{live_server.url}/console/account/")
        page.get_by_role("link", name="Remove phone").click()
        page.get_by_role("button", name="Remove it").click()
        expect(page.get_by_role("status")).to_have_text("The passkey is removed.")
    assert one.complaints == []


def test_where_the_browser_gives_no_passkey_a_sentence_says_so(visit: Open, live_server: Any, maria: User) -> None:
    page = visit().page
    with device(page):
        page.goto(f"{live_server.url}/console/account/login/")
        page.get_by_role("button", name="Log in with a passkey").click()
        expect(page.get_by_role("alert")).to_have_text("The browser gave no passkey. Try again, or take another way.")


def test_an_administrator_invites_a_colleague_who_comes_in(visit: Open, live_server: Any, settings: Any) -> None:
    settings.SITE_URL = live_server.url
    boss = signed_in(visit, live_server.url, "administrator").page
    boss.goto(f"{live_server.url}/console/people/")
    boss.get_by_label("Mail address").fill("new@cauce.example")
    boss.get_by_label("Role", exact=True).select_option("editor")
    boss.get_by_role("button", name="Invite", exact=True).click()
    expect(boss.get_by_role("status")).to_contain_text("The invitation is on its way.")

    (link,) = re.findall(r"http://\S+invitation/\S+", str(mail.outbox[0].body))
    page = visit().page
    page.goto(link)
    page.get_by_label("Your name at the desk").fill("nadia")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Come in").click()
    expect(page.locator("h1")).to_have_text("Today")
    expect(page.locator(".who")).to_contain_text("nadia")


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_is_wrong_with_pages_for_whoever_is_not_in_yet(
    visit: Open, live_server: Any, maria: User, language: str
) -> None:
    site = "https://letters.cauce.example"
    link = inviting.invite("new@cauce.example", "editor", "ana", clock.now(), site=site)
    one = visit()
    speak(one, live_server.url, language)
    names = ("login/", "password/reset/", "password/reset/done", link.rpartition("/account/")[2])
    in_order(one, f"{live_server.url}/console/account/", names, language)


PAGES = [
    "account/",
    "account/app/",
    "account/passkeys/add",
    "account/password/",
    "account/again/password",
    "account/logout",
    "people/",
    "people/ana/",
    "log/?prove=yes",
]


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_is_wrong_with_pages_about_people(visit: Open, live_server: Any, language: str) -> None:
    inviting.invite("new@cauce.example", "editor", "ana", clock.now(), site=live_server.url)
    User.objects.create_user("maria").groups.set([Group.objects.get_or_create(name="publisher")[0]])
    one = signed_in(visit, live_server.url, "administrator", language)
    _press(one, live_server.url)
    in_order(one, f"{live_server.url}/console/", PAGES, language)


def _press(one: Visit, server: str) -> None:
    """So that the log has something to show."""
    one.page.goto(f"{server}/console/people/maria/")
    one.page.locator("[action$='maria/off'] button").click()
