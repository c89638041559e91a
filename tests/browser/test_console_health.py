"""The page on how this installation fares, on a phone and on a desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from service.delivery.actions.gate import suppress
from service.delivery.actions.plan import keep_address
from service.delivery.models import Bounce, Bucket
from service.feeds.actions.publish import publish_feeds
from service.toolbox import clock
from service.watching.beats import mark
from service.watching.models import Beat
from service.watching.rules import BACKUP, CLOCK
from tests import builders
from worker.schedule import PERIODS

from .conftest import Open
from .desk import faults, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def after_months() -> None:
    now = clock.now()
    builders.article(now)
    publish_feeds(now)
    for name, period in {**PERIODS, CLOCK: 10, BACKUP: 86400}.items():
        mark(name, period, now - timedelta(hours=name == "tell_partners"))
    level = {"tokens": 1.0, "filled_at": now, "day": now.date()}
    Bucket.objects.create(name="gmail", **level, slowed=4, slowed_at=now, sent_today=1204)
    Bucket.objects.get_or_create(name="", defaults={**level, "sent_today": 3310})
    for number in range(40):
        domain = ("gmail.com", "outlook.com", "nowhere.example")[number % 3]
        address = keep_address(f"r{number}@{domain}")
        Bounce.objects.create(address=address, kind=("hard", "soft")[number % 2], at=now)
        suppress(address.fingerprint, "hard bounce", now - timedelta(weeks=number % 4))


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_is_wrong_with_it(visit: Open, live_server: Any, after_months: None, language: str) -> None:
    one = signed_in(visit, live_server.url, "reader", language)
    one.page.goto(f"{live_server.url}/console/health/")
    assert one.page.locator("html").get_attribute("lang") == language
    assert "".join(faults(one.page)) == ""
    assert one.complaints == []


def test_it_asks_for_itself_again(visit: Open, live_server: Any, after_months: None) -> None:
    page = signed_in(visit, live_server.url, "reader").page
    page.clock.install()
    page.goto(f"{live_server.url}/console/health/")
    expect(page.locator(".lead")).to_contain_text("Telling partners has missed its turn")
    Beat.objects.update(at=clock.now())
    page.clock.run_for(16_000)
    expect(page.locator(".lead")).to_contain_text("Everything has its turn")
