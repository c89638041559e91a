"""Readers at the desk, in the browser of somebody who works there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from service.audience import limits
from service.audience.actions import subscribe
from service.audience.models import Consent, Subscriber, Tally
from service.audience.rules import Choices
from service.delivery.actions.gate import suppress
from service.delivery.actions.plan import keep_address
from service.delivery.actions.send import send_due
from service.delivery.models import Bounce
from service.feedback.models import Comment
from service.feedback.models import Tally as Votes
from service.toolbox import clock
from tests import builders

from .conftest import Open, Visit
from .desk import faults, in_order, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def audience() -> datetime:
    """As it looks after months."""
    now = clock.now()
    builders.article(now, topics=("customs", "prisons"))
    for number in range(23):
        chosen = {"interests": "topic:customs country:pe"} if number % 2 else {}
        builders.reader(now, f"r{number}", "es" if number % 2 else "en", **chosen)
        address = keep_address(f"gone{number}@victim.example")
        suppress(address.fingerprint, "hard bounce", now)
        Bounce.objects.create(address=address, kind="hard", at=now)
    for week in range(12):
        for number in range(13 * (week % 5)):
            at = now - timedelta(weeks=week)
            Consent.objects.create(
                reader_key=f"{week}-{number}", at=at, what="confirmed" if number % 3 else "unsubscribed"
            )
    mark = keep_address("gone@victim.example").group
    Tally.objects.create(kind=limits.DOMAIN, mark=mark, day=now.date(), count=90)
    Votes.objects.create(key="edition:weekly-2026-w47-en#1", title="Who pays at the port", yes=31, no=4)
    Comment.objects.create(key="edition:w#1", title="Who pays at the port", day=now.date(), text="Thank you.\nMore!")
    subscribe("ana@readers.example", Choices("en", "weekly"), now, words="Yes, write to me.")
    send_due(now)
    Subscriber.objects.update(status="active", confirmed=now)
    return now


@pytest.fixture
def desk(visit: Open, live_server: Any, audience: datetime) -> Callable[..., Visit]:
    return lambda *args, **options: signed_in(visit, live_server.url, *args, **options)


def looked_up(page: Page, server: str) -> None:
    page.goto(f"{server}/console/readers/")
    page.locator("[name=address]").fill("ana@readers.example")
    page.locator("[name=reason]").fill("asked by phone")
    page.locator("[action$='readers/one'] button").click()
    expect(page.locator("h1")).to_have_text("One reader")


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_is_wrong_with_a_page_about_readers(
    desk: Callable[..., Visit], live_server: Any, language: str
) -> None:
    one = desk("publisher", language)
    in_order(one, f"{live_server.url}/console/readers/", ("", "comments/", "import/"), language)


def test_one_reader_is_looked_up_and_erased_and_their_address_stands_nowhere(
    desk: Callable[..., Visit], live_server: Any
) -> None:
    one = desk("publisher")
    looked_up(one.page, live_server.url)
    assert "".join(faults(one.page)) == ""
    assert all("readers.example" not in request.url for request in one.asked)
    assert "ana@readers.example" not in one.page.content()
    one.page.get_by_role("button", name="Erase all that is kept of this reader").click()
    expect(one.page.get_by_role("status")).to_contain_text("That reader is erased.")
    assert not Subscriber.objects.filter(address=keep_address("ana@readers.example")).exists()


def test_a_list_is_tried_and_then_goes_in_without_being_chosen_again(
    desk: Callable[..., Visit], live_server: Any, tmp_path: Path
) -> None:
    (tmp_path / "list.csv").write_text("email\nnew@readers.example\nnobody\n")
    one = desk("publisher")
    page, before = one.page, Subscriber.objects.count()
    page.goto(f"{live_server.url}/console/readers/import/")
    page.get_by_label("The list").set_input_files(tmp_path / "list.csv")
    page.get_by_label("Where these people gave").fill("our old form")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("button", name="Bring in 1 reader")).to_be_visible()
    assert Subscriber.objects.count() == before
    assert "".join(faults(page)) == ""
    page.get_by_role("button", name="Bring in 1 reader").click()
    expect(page.get_by_role("status")).to_have_text("1 reader is in.")
    assert Subscriber.objects.count() == before + 1
    assert one.complaints == []
