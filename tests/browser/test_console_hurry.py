"""An alert in quiet hours, in the browser of the two who let it go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from service.editions.actions.breaking import call_breaking
from service.editions.actions.draft import raise_alerts
from service.editions.models import Edition
from service.newsroom.current import newsroom
from service.toolbox import clock
from tests import builders

from .conftest import Open
from .desk import in_order, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def waiting(change_newsroom: Callable[[str, str], None]) -> Edition:
    """Quiet hours began an hour ago, and Maria called it breaking."""
    now = clock.now()
    begin, end = (
        (now + timedelta(hours=hours)).astimezone(ZoneInfo(newsroom().timezone)).strftime("%H:%M") for hours in (-1, 1)
    )
    change_newsroom('# quiet_hours = ["22:00", "07:00"]', f'quiet_hours = ["{begin}", "{end}"]')
    change_newsroom("# every_minutes = 30", "every_minutes = 30")
    builders.article(now, title="Lorem ipsum dolor")
    raise_alerts(now)
    edition = Edition.objects.get()
    call_breaking(edition, "maria", now)
    return edition


def test_the_second_name_lets_it_go(visit: Open, live_server: Any, waiting: Edition) -> None:
    page = signed_in(visit, live_server.url, "publisher").page
    page.goto(f"{live_server.url}/console/")
    page.get_by_role("link", name="was called breaking by maria").click()
    expect(page.locator(".lead")).to_contain_text("waits until")
    page.get_by_role("button", name="Call it breaking too").click()
    expect(page.get_by_role("status")).to_contain_text("maria and ana call it breaking")
    waiting.refresh_from_db()
    assert waiting.let_go_at


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_is_wrong_with_its_pages(visit: Open, live_server: Any, waiting: Edition, language: str) -> None:
    one = signed_in(visit, live_server.url, "publisher", language)
    in_order(one, f"{live_server.url}/console/", ("", f"editions/{waiting.slug}/", "schedule/alerts/"), language)
