"""A reader with a phone, and JavaScript switched off."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from service.audience.models import Subscriber
from service.delivery.actions.send import send_due
from service.toolbox import clock
from tests import builders

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SITE = "https://letters.cauce.example"


def fits(page: Page) -> bool:
    """Nothing sticks out at the side. Layout is measured from outside: the page itself runs no script."""
    boxes = [page.locator(name).first.bounding_box() for name in ("main", "body", "h1") if page.locator(name).count()]
    return all(box is None or box["x"] + box["width"] <= 376 for box in boxes)


def mailed(tmp_path: Path, server: str) -> str:
    """The text of the one letter that is due now, its links leading to this machine."""
    outbox = tmp_path / "outbox"
    for path in outbox.glob("*.eml"):
        path.unlink()
    send_due(clock.now())
    (letter,) = builders.letters(outbox)
    return builders.part(letter, "plain").replace(SITE, server)


def test_subscribing_confirming_changing_and_leaving(
    page: Page, live_server: Any, tmp_path: Path, asked_elsewhere: list[str]
) -> None:
    page.goto(live_server.url)
    page.get_by_label(re.compile("address", re.IGNORECASE)).first.fill("ana@readers.example")
    page.get_by_role("button").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("mailbox")

    page.goto(_link(mailed(tmp_path, live_server.url), "confirm"))
    assert Subscriber.objects.get().status == "pending"
    page.get_by_role("button").first.click()
    assert Subscriber.objects.get().status == "active"

    page.goto(f"{live_server.url}/preferences/")
    page.get_by_label(re.compile("address", re.IGNORECASE)).first.fill("ana@readers.example")
    page.get_by_role("button").first.click()
    page.goto(_link(mailed(tmp_path, live_server.url), "preferences"))
    page.get_by_label(re.compile("weekly", re.IGNORECASE)).first.check()
    page.get_by_role("button").first.click()
    assert Subscriber.objects.get().wants == "weekly"
    assert fits(page)
    assert page.context.cookies() == []
    assert asked_elsewhere == []


def _link(text: str, purpose: str) -> str:
    found = re.search(rf"http://\S+/{purpose}/\S+", text)
    assert found, text
    return found[0]
