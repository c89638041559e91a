from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from service.appeals.actions import appeal, revision
from service.appeals.models import Appeal
from service.appeals.rules import BOTTOM, TOP
from service.newsroom.rules import Newsroom

pytestmark = pytest.mark.django_db


def kept(**changes: object) -> Appeal:
    given = {"language": "en", "text": "We need a boat.", "button": "Buy it", "url": "https://cauce.example/boat/"}
    return Appeal.objects.create(**{**given, **changes})


def test_the_desks_own_call_stands_before_the_newsrooms(now: datetime, house: Newsroom) -> None:
    kept(placement=TOP)
    assert appeal("en", TOP, "weekly", now).text == "We need a boat."
    assert appeal("en", BOTTOM, "weekly", now) == house.asks["en"]
    assert appeal("es", TOP, "weekly", now) == house.asks["es"]


def test_days_are_the_newsrooms_days(house: Newsroom) -> None:
    kept(starts=date(2026, 11, 24))
    before = datetime(2026, 11, 23, 23, 59, tzinfo=house.zone)
    assert appeal("en", TOP, "weekly", before) == house.asks["en"]
    assert appeal("en", TOP, "weekly", before + timedelta(minutes=1)).button == "Buy it"


def test_feeds_hear_of_a_call_that_is_changed_begins_or_ends(now: datetime) -> None:
    assert revision(now) == ""
    row = kept(starts=now.date() + timedelta(days=1), ends=now.date() + timedelta(days=2))
    told = [revision(now + timedelta(days=days)) for days in range(4)]
    assert told[0] == told[3] == ""
    assert told[1] == told[2] != ""
    Appeal.objects.filter(pk=row.pk).update(text="We need two boats.")
    assert revision(now + timedelta(days=1)) != told[1]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://cauce.example/", "cauce.example"])
def test_a_call_leads_to_a_web_page(url: str) -> None:
    with pytest.raises(ValidationError):
        Appeal(language="en", text="x", button="x", url=url).full_clean()


def test_its_admin_pages_open(admin_client: Client) -> None:
    row = kept()
    for page in (
        reverse("admin:appeals_appeal_changelist"),
        reverse("admin:appeals_appeal_add"),
        reverse("admin:appeals_appeal_change", args=[row.pk]),
    ):
        assert admin_client.get(page).status_code == 200
