"""From the first page to the last with the keyboard alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from service.audience.models import Subscriber
from service.toolbox import clock, tokens
from tests import builders

from .conftest import Open
from .test_reader import _link, mailed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_STEPS = 60


def walk_to(page: Page, words: str) -> None:
    """Tab by Tab, until what is named so has the focus."""
    said = """() => { const one = document.activeElement;
    return one.labels?.[0]?.innerText ?? one.innerText ?? ""; }"""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if words in str(page.evaluate(said)):
            return
    pytest.fail(f"Nothing called {words!r} can be reached.")


def press(page: Page, words: str, heading: str) -> None:
    walk_to(page, words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)


def test_subscribing_choosing_leaving_and_coming_back(visit: Open, live_server: Any, tmp_path: Path) -> None:
    builders.article(clock.now(), countries=("PE",), topics=("customs",))
    page = visit().page
    page.goto(f"{live_server.url}/?language=en")
    walk_to(page, "Your mail address")
    page.keyboard.type("ana@readers.example")
    press(page, "Subscribe", "mailbox")
    page.goto(_link(mailed(tmp_path, live_server.url), "confirm"))
    press(page, "Yes, send them to me", "subscribed")
    reader = Subscriber.objects.get()
    assert reader.status == "active"

    page.goto(f"{live_server.url}/preferences/?language=en")
    walk_to(page, "Your mail address")
    page.keyboard.type("ana@readers.example")
    press(page, "Mail me the link", "mailbox")
    page.goto(_link(mailed(tmp_path, live_server.url), "preferences"))
    for choice in ("Customs", "Text only"):
        walk_to(page, choice)
        page.keyboard.press("Space")
    walk_to(page, "Save")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("saved")
    reader.refresh_from_db()
    assert (reader.interests, reader.text_only) == ("topic:customs", True)

    page.goto(f"{live_server.url}/unsubscribe/{tokens.sign('unsubscribe', reader.key)}")
    press(page, "Unsubscribe me", "unsubscribed")
    reader.refresh_from_db()
    assert reader.status == "unsubscribed"
    press(page, "Undo it", "subscribed")
    reader.refresh_from_db()
    assert reader.status == "active"
