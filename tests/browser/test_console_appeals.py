"""Appeals at the desk, in the browser of somebody who works there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from service.appeals.actions.carried import carries
from service.appeals.actions.gifts import count
from service.appeals.models import Campaign, Carried, Gift
from service.appeals.rules.gifts import Given
from service.editions.actions.draft import draft_now
from service.toolbox import clock
from tests import builders

from .conftest import Open, Visit
from .desk import faults, in_order, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = {"en": "The boat for the river desk", "es": "El bote para la mesa del río"}
WORDS = {"en": "We need a boat to reach the mines upriver.", "es": "Necesitamos un bote para llegar a las minas."}


def campaign(language: str, now: datetime) -> Campaign:
    """As a desk of that language would write it."""
    day = timedelta(days=1)
    told = {"name": NAMES[language], "starts": now.date() - day, "ends": now.date() + 30 * day}
    return builders.campaign(language, WORDS[language], slug="boat", goal=20_000, currency="USD", **told)


@pytest.fixture
def months() -> datetime:
    """Two weeklies that asked, with gifts; a draft in each language."""
    now = clock.now()
    for language in ("en", "es"):
        for number in range(4):
            builders.article(now, language=language, published=now - timedelta(minutes=number + 5))
        told = draft_now(now + timedelta(minutes=1), language).edition
        assert told
        carries(told.slug, "", 1, now)
        for number in range(14 if language == "en" else 3):
            count(Given(f"{language}{number}", Decimal(35), "USD", now.date(), told.slug))
    Carried.objects.update(noted_at=now, readers=18_204)
    return now


@pytest.fixture
def desk(visit: Open, live_server: Any, months: datetime) -> Callable[..., Visit]:
    return lambda *args, **options: signed_in(visit, live_server.url, *args, **options)


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_is_wrong_with_a_page_about_appeals(
    desk: Callable[..., Visit], live_server: Any, months: datetime, language: str
) -> None:
    campaign(language, months)
    one = desk("publisher", language)
    in_order(one, f"{live_server.url}/console/appeals/", ("", "campaigns/boat/", "write", "gifts"), language)


def test_a_campaign_is_seen_in_both_letters_while_it_is_written_and_then_saved(
    desk: Callable[..., Visit], live_server: Any
) -> None:
    one = desk("editor")
    page = one.page
    page.goto(f"{live_server.url}/console/appeals/write")
    page.get_by_label("Name").fill("The boat")
    for language, name in (("en", "English"), ("es", "Spanish")):
        page.get_by_label(f"Words in {name}").fill(WORDS[language])
        page.get_by_label(f"Button in {name}").fill("Row")
        page.get_by_label(f"Donation page in {name}").fill("https://cauce.example/boat/")
    for language, name in (("en", "English"), ("es", "Spanish")):
        page.get_by_role("button", name=f"Show it in a letter in {name}").click()
        frame = page.frame_locator(f"iframe[name=trial-{language}]")
        expect(frame.get_by_text(WORDS[language]).first).to_be_visible(timeout=20_000)
    assert not Campaign.objects.exists()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("It is saved.")
    assert Campaign.objects.get().wordings.count() == 2
    assert one.complaints == []


def test_gifts_are_tried_and_then_go_in_without_being_chosen_again(
    desk: Callable[..., Visit], live_server: Any, tmp_path: Path
) -> None:
    (tmp_path / "gifts.csv").write_text(
        "id,email,amount,currency,date\nch_1,a@b.example,25,USD,2025-11-20\nx,,no,USD,\n"
    )
    one, before = desk("publisher"), Gift.objects.count()
    page = one.page
    page.goto(f"{live_server.url}/console/appeals/gifts")
    page.get_by_label("The file").set_input_files(tmp_path / "gifts.csv")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("button", name="Count 1 gift")).to_be_visible()
    assert Gift.objects.count() == before
    assert "".join(faults(page)) == ""
    page.get_by_role("button", name="Count 1 gift").click()
    expect(page.get_by_role("status")).to_have_text("1 gift is counted.")
    assert Gift.objects.count() == before + 1
    assert one.complaints == []


def test_a_story_is_marked_on_its_page(desk: Callable[..., Visit], live_server: Any, months: datetime) -> None:
    article = builders.article(months)
    one = desk("editor")
    one.page.goto(f"{live_server.url}/console/articles/{article.pk}/")
    one.page.get_by_role("button", name="No donation call beside this story").click()
    expect(one.page.get_by_role("status")).to_contain_text("No call for donations stands beside this story")
    article.refresh_from_db()
    assert article.no_appeal
