from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from service.appeals.actions.calling import elsewhere, in_letter, revision
from service.appeals.actions.campaigns import Written, end, remove, save, written
from service.appeals.actions.carried import carries
from service.appeals.actions.gifts import count, progress, sums
from service.appeals.models import Campaign, Carried, Gift, Wording
from service.appeals.rules.gifts import FEWEST_TOLD, Given
from service.newsroom.rules import NO_ASK, Ask, Newsroom
from service.toolbox.errors import ServiceError
from tests import builders

pytestmark = pytest.mark.django_db
BOAT = Ask("We need a boat.", "Buy it", "https://cauce.example/boat/")
TOLD = Written("The boat", asks={"en": BOAT, "es": NO_ASK})


def test_the_desks_own_call_stands_before_the_newsrooms(now: datetime, house: Newsroom) -> None:
    save(None, TOLD)
    assert in_letter("en", "w", now).ask == replace(BOAT, url="https://cauce.example/boat/?from=w")
    assert in_letter("es", "w", now).ask.text == house.asks["es"].text
    assert elsewhere("en", now) == house.asks["en"]


def test_days_are_the_newsrooms_days(house: Newsroom) -> None:
    builders.campaign(starts=date(2026, 11, 24))
    before = datetime(2026, 11, 23, 23, 59, tzinfo=house.zone)
    assert in_letter("en", "w", before).campaign == ""
    assert in_letter("en", "w", before + timedelta(minutes=1)).campaign


def test_feeds_hear_of_a_call_that_is_changed_begins_or_ends_if_it_is_for_them(now: datetime) -> None:
    day = timedelta(days=1)
    builders.campaign(ends=now.date() + day)
    assert revision(now) == ""
    builders.campaign(everywhere=True, starts=now.date() + day, ends=now.date() + 2 * day)
    told = [revision(now + number * day) for number in range(4)]
    assert told[0] == told[3] == ""
    assert told[1] == told[2] != ""
    Wording.objects.update(text="We need two boats.")
    assert revision(now + day) != told[1]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "Give it a name"),
        ({"starts": date(2026, 12, 2), "ends": date(2026, 12, 1)}, "ends before it begins"),
        ({"goal": 100}, "an amount and a currency"),
        ({"goal": 100, "currency": "dollars"}, "three capital letters"),
        ({"asks": {"en": NO_ASK, "es": NO_ASK}}, "in one language at least"),
        ({"asks": {"en": replace(BOAT, button="")}}, "it takes all three"),
        ({"asks": {"en": replace(BOAT, url="javascript:alert(1)")}}, "valid URL"),
        ({"asks": {"en": replace(BOAT, url="ftp://cauce.example/")}}, "valid URL"),
        ({"asks": {"en": replace(BOAT, text="x" * 401)}}, "400"),
        ({"placement": "nowhere"}, "nowhere"),
    ],
)
def test_what_is_wrong_with_a_campaign_is_told_and_nothing_is_kept(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(ServiceError, match=sentence):
        save(None, replace(TOLD, **changes))  # type: ignore[arg-type]
    assert not Campaign.objects.exists()


def test_a_campaign_is_read_as_it_was_written_and_keeps_its_slug() -> None:
    told = replace(TOLD, starts=date(2026, 12, 1), goal=5000, currency="USD")
    row = save(None, told)
    assert written(row) == told
    again = save(row, replace(told, name="Two boats"))
    assert (again.slug, again.name) == ("the-boat", "Two boats")
    assert save(None, told).slug == "the-boat-2"


def test_one_that_ended_is_shown_no_more_and_one_that_a_letter_carried_stays(now: datetime) -> None:
    row = save(None, TOLD)
    end(row, now)
    assert in_letter("en", "w", now).campaign == ""
    carries("w", row.slug, 7, now)
    with pytest.raises(ServiceError, match="End it instead"):
        remove(row)
    Carried.objects.all().delete()
    remove(row)
    assert not Campaign.objects.exists()


def given(number: int, origin: str = "w", **changes: object) -> Given:
    one = Given(f"ch_{number}", Decimal(25), "USD", date(2026, 11, 20), origin)
    return replace(one, **changes)  # type: ignore[arg-type]


def test_a_gift_is_counted_once_and_its_row_tells_nothing_of_who_gave(now: datetime) -> None:
    carries("w", "", 1, now)
    assert count(given(1))
    assert not count(given(1))
    (row,) = Gift.objects.values()
    assert row["month"] == date(2026, 11, 1)
    assert (row["origin"], row["amount"]) == ("w", Decimal(25))
    assert "ch_1" not in str(row)


def test_a_from_that_we_never_gave_out_is_not_kept() -> None:
    count(given(1, origin="ana-ruiz"))
    assert Gift.objects.get().origin == ""


def test_gifts_are_summed_by_letter_and_towards_the_goal(now: datetime) -> None:
    row = builders.campaign(goal=1000, currency="USD")
    carries("w", row.slug, 1, now)
    for number in range(FEWEST_TOLD - 1):
        count(given(number))
    told = progress(row, sums())
    assert sums() == []
    assert told
    assert told.amount is None
    count(given(99, origin=row.slug))
    (one,) = sums()
    assert (one.origin, one.campaign, one.count, one.amount) == (None, row.slug, FEWEST_TOLD, Decimal(250))
    told = progress(row, sums())
    assert told
    assert (told.amount, told.share) == (Decimal(250), 0.25)


def test_its_admin_pages_open(admin_client: Client) -> None:
    row = builders.campaign()
    for page in (
        reverse("admin:appeals_campaign_changelist"),
        reverse("admin:appeals_campaign_add"),
        reverse("admin:appeals_campaign_change", args=[row.pk]),
    ):
        assert admin_client.get(page).status_code == 200
