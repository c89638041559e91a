"""An editor's week, in the browsers of those who work at the desk, with real letters at the end of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from service.delivery.actions.send import send_due
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import draft_now
from service.editions.models import Edition
from service.toolbox import clock
from tests import builders
from tests.delivery.conftest import smtp  # noqa: F401
from tests.delivery.mailings import parsed

from .conftest import Open
from .desk import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
READERS, BEFORE_THE_PAUSE = 30, 7


@pytest.fixture
def draft(change_newsroom: Any) -> Edition:
    """Of a newsroom where two people say yes, to just the letter that they rehearsed."""
    change_newsroom('approval = "one"', 'approval = "two"')
    change_newsroom("undo_minutes = 5", "undo_minutes = 0")
    change_newsroom('rehearsal = "shown"', 'rehearsal = "required"')
    now = clock.now()
    for number, (title, kind) in enumerate([("Gold", "investigation"), ("Port", "brief"), ("Ferry", "brief")]):
        builders.article(now, title=title, kind=kind, published=now - timedelta(minutes=number + 5))
    for number in range(READERS):
        builders.reader(now, f"reader{number:02d}")
    edition = draft_now(now + timedelta(minutes=1), "en").edition
    assert edition
    return edition


def letters(server: Any) -> list[str]:
    """The words of each that a reader got."""
    found = [parsed(one.message) for one in server.kept]
    return [str(one.get_body(("plain",))) for one in found if one["List-Id"]]


def rehearse_and_approve(page: Page) -> None:
    page.get_by_role("link", name="Rehearse it, then approve it there").click()
    expect(page.locator(".lead")).to_contain_text(f"{READERS} readers would get it, all the same letter")
    page.get_by_role("button", name="I have seen this: approve the letter").click()


def test_from_the_draft_to_the_statement(visit: Open, live_server: Any, smtp: Any, draft: Edition) -> None:  # noqa: F811
    server, here = smtp(), f"{live_server.url}/console/editions/{draft.slug}/"
    ana = signed_in(visit, live_server.url, "publisher", name="ana").page
    ana.goto(f"{live_server.url}/console/")
    ana.get_by_role("link", name="The weekly in English").first.click()
    ana.get_by_role("button", name="Leave out: Ferry").click()
    expect(ana.get_by_role("button", name="Put back: Ferry")).to_be_visible()
    ana.get_by_role("link", name="Write the letter").click()
    ana.get_by_label("The letter").fill("Dear readers, *thank you*.")
    ana.get_by_role("button", name="Save").click()
    expect(ana.get_by_role("status")).to_have_text("The letter is saved.")
    expect(ana.get_by_text("You changed it, so two others must approve it.")).to_be_visible()

    olga = signed_in(visit, live_server.url, "publisher", name="olga").page
    olga.goto(here)
    rehearse_and_approve(olga)
    dispatch_editions(clock.now())
    assert letters(server) == []

    pedro = signed_in(visit, live_server.url, "publisher", name="pedro").page
    pedro.goto(here)
    rehearse_and_approve(pedro)
    dispatch_editions(clock.now())
    send_due(clock.now(), stopped=lambda: len(server.kept) >= BEFORE_THE_PAUSE)

    pedro.goto(here)
    pedro.get_by_role("button", name="Pause").click()
    expect(pedro.get_by_role("button", name="Go on")).to_be_visible()
    paused_at = len(letters(server))
    send_due(clock.now())
    assert len(letters(server)) == paused_at < READERS

    ana.goto(here)
    ana.get_by_text("Hold a story of this letter").click()
    ana.get_by_label("Port").fill("A source is at risk.")
    ana.locator("form", has=ana.get_by_label("Port")).get_by_role("button").click()
    expect(ana.get_by_role("status")).to_be_visible()
    dispatch_editions(clock.now())

    pedro.goto(here)
    pedro.get_by_role("button", name="Go on").click()
    expect(pedro.get_by_role("button", name="Pause")).to_be_visible()
    for _ in range(3):
        dispatch_editions(clock.now())
        send_due(clock.now())
    dispatch_editions(clock.now())

    pedro.goto(here)
    statement = pedro.locator("#statement")
    expect(statement.get_by_role("row", name="accepted by their mail servers")).to_contain_text(str(READERS))
    expect(statement.locator("tfoot")).to_contain_text(str(READERS))
    told = letters(server)
    assert len(told) == READERS
    assert all("Dear readers, thank you." in one and "FERRY" not in one.upper() for one in told)
    with_it = ["PORT\n" in one.upper() for one in told]
    assert with_it == [True] * paused_at + [False] * (READERS - paused_at)
