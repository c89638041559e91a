"""A page that a mail led to may post itself for a person who is there, and for no program."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from service.audience.models import Subscriber
from service.toolbox import tokens
from tests import builders

from .conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONGER_THAN_IT_WAITS = 3500


@pytest.fixture(params=["confirm", "unsubscribe"])
def purpose(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def address(purpose: str, live_server: Any, now: datetime) -> str:
    """Of the page that would change what the reader is."""
    reader = builders.reader(now)
    if purpose == "confirm":
        Subscriber.objects.update(status="pending", confirmed=None)
    return f"{live_server.url}/{purpose}/{tokens.sign(purpose, reader.key)}"


def status() -> str:
    return str(Subscriber.objects.get().status)


def after(purpose: str) -> str:
    return "active" if purpose == "confirm" else "unsubscribed"


def wait_it_out(page: Page) -> None:
    """The page's clock is ours: three of its seconds cost none."""
    page.clock.run_for(LONGER_THAN_IT_WAITS)


@pytest.fixture
def page(visit: Open) -> Page:
    page = visit().page
    page.clock.install()
    return page


def test_a_scanner_that_runs_the_script_changes_nothing(page: Page, address: str, purpose: str) -> None:
    page.goto(address)
    page.evaluate(
        """for (const kind of ["pointermove", "pointerdown", "pointerover", "keydown", "focusin", "focus"])
        document.body.dispatchEvent(new PointerEvent(kind, {bubbles: true}));
        window.scrollTo(0, 1000);"""
    )
    wait_it_out(page)
    expect(page.get_by_role("status")).to_be_empty()
    assert status() != after(purpose)


def test_a_pointer_that_moves_is_a_person(page: Page, address: str, purpose: str) -> None:
    page.goto(address)
    before = page.get_by_role("heading", level=1).inner_text()
    page.mouse.move(700, 700)
    expect(page.get_by_role("status")).to_contain_text("three seconds")
    assert status() != after(purpose)
    wait_it_out(page)
    expect(page.get_by_role("heading", level=1)).not_to_have_text(before)
    assert status() == after(purpose)


def test_a_key_is_a_person_but_walking_by_tab_is_not(page: Page, address: str, purpose: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("status")).to_be_empty()
    page.reload()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("status")).not_to_be_empty()


@pytest.mark.parametrize("how", ["Escape", "a link", "Wait, not yet"])
def test_it_can_be_called_off(page: Page, address: str, purpose: str, how: str) -> None:
    page.goto(address)
    page.mouse.move(700, 700)
    if how == "Escape":
        page.keyboard.press("Escape")
    elif how == "a link":
        page.get_by_role("link", name="Change what you get").last.hover()
    else:
        page.get_by_role("button", name=how).click()
    wait_it_out(page)
    expect(page.get_by_role("status")).to_be_empty()
    assert status() != after(purpose)


def test_without_javascript_the_button_does_it(visit: Open, address: str, purpose: str) -> None:
    page = visit(java_script_enabled=False).page
    page.goto(address)
    page.get_by_role("button").click()
    assert status() == after(purpose)
