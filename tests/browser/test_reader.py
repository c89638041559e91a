"""A reader with a phone, and JavaScript switched off."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from service.audience.models import Subscriber
from service.content.rules.drafts import Term
from service.delivery.actions.send import send_due
from service.editions.actions.decide import approve
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import draft_now
from service.editions.models import Edition
from service.feeds.actions.publish import publish_feeds
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


def test_a_letter_fits_a_phone_and_loads_nothing(
    page: Page, live_server: Any, now: datetime, asked_elsewhere: list[str]
) -> None:
    for minutes in range(6):
        builders.article(now, title=f"Gold & scales {minutes}", published=now - timedelta(minutes=minutes + 1))
    builders.reader(now)
    drafted = draft_now(now + timedelta(minutes=1), "en")
    assert drafted.edition
    approve(drafted.edition, "ana", now)
    dispatch_editions(now)
    page.goto(f"{live_server.url}/editions/{Edition.objects.get().slug}/")
    expect(page.get_by_text("Gold & scales 0").first).to_be_visible()
    assert fits(page)
    assert asked_elsewhere == []


def test_every_public_page_fits_a_phone(
    page: Page, live_server: Any, now: datetime, asked_elsewhere: list[str]
) -> None:
    article = builders.article(now, title="A" * 60 + " and a long title besides", terms=(Term("tag", "x", "X"),))
    publish_feeds(now)
    for path in ("/", "/embed", "/feeds/", "/feeds/en/latest/", "/editions/", f"/articles/{article.pk}/republish"):
        answer = page.goto(live_server.url + path)
        assert answer
        assert answer.status == 200, path
        assert fits(page), path
    assert asked_elsewhere == []


def _link(text: str, purpose: str) -> str:
    found = re.search(rf"http://\S+/{purpose}/\S+", text)
    assert found, text
    return found[0]
