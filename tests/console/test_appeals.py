"""Appeals at the desk: written, tried in a letter, ended; gifts brought in; one reader's case explained."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from service.appeals.actions.carried import carries, is_silent
from service.appeals.actions.gifts import count
from service.appeals.models import Campaign, Gift
from service.appeals.rules.gifts import FEWEST_TOLD, Given
from service.content.models import Article
from service.editions.actions.draft import draft_now
from service.editions.models import Edition
from service.people.rules.roles import Role
from service.toolbox import clock
from tests import builders

from .conftest import Enter

pytestmark = pytest.mark.django_db
FORM = {
    "name": "The boat",
    "placement": "top",
    "text-en": "We need a boat.",
    "button-en": "Row",
    "url-en": "https://cauce.example/boat/",
    "text-es": "",
    "button-es": "",
    "url-es": "",
    "starts": "",
    "ends": "",
    "goal": "5,000",
    "currency": "usd",
}


@pytest.fixture
def editor(enter: Enter) -> Client:
    return enter(Role.EDITOR)


def letter() -> Edition:
    now = clock.now()
    builders.article(now - timedelta(hours=1))
    edition = draft_now(now, "en").edition
    assert edition
    return edition


def test_a_campaign_is_written_changed_and_shown_in_the_calendar(editor: Client) -> None:
    editor.post("/console/appeals/write", FORM)
    row = Campaign.objects.get()
    assert (row.goal, row.currency, row.wordings.get().text) == (5000, "USD", "We need a boat.")
    editor.post(f"/console/appeals/campaigns/{row.slug}/", {**FORM, "name": "Two boats", "ends": "2099-12-24"})
    page = editor.get("/console/appeals/").content.decode()
    assert "“Two boats” runs until December 24, 2099." in page
    assert "of $5,000.00: fewer than 10 gifts so far" in page
    assert "runs now" in page


def test_what_is_wrong_is_told_beside_what_was_written(editor: Client) -> None:
    answer = editor.post("/console/appeals/write", {**FORM, "button-en": "", "ends": "24 December"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A day is written like 2026-12-24." in page
    assert "We need a boat." in page
    assert "24 December" in page
    answer = editor.post("/console/appeals/write", {**FORM, "button-en": ""})
    assert "it takes all three" in answer.content.decode()
    assert not Campaign.objects.exists()


def test_what_was_written_is_seen_in_a_letter_before_it_is_saved(editor: Client) -> None:
    edition = letter()
    answer = editor.post("/console/appeals/trial/en", FORM)
    assert "We need a boat." in answer.content.decode()
    assert f"https://cauce.example/boat/?from={edition.slug}" in answer.content.decode()
    assert "sandbox" in answer["Content-Security-Policy"]
    assert not Campaign.objects.exists()
    assert "no letter in this language" in editor.post("/console/appeals/trial/es", FORM).content.decode()


def test_one_that_runs_is_ended_and_one_that_no_letter_carried_is_removed(editor: Client) -> None:
    row = builders.campaign()
    editor.post(f"/console/appeals/campaigns/{row.slug}/end")
    assert "No campaign runs" in editor.get("/console/appeals/").content.decode()
    carries("w", row.slug, 1, clock.now())
    editor.post(f"/console/appeals/campaigns/{row.slug}/remove")
    assert Campaign.objects.exists()
    row.carried.all().delete()
    editor.post(f"/console/appeals/campaigns/{row.slug}/remove")
    assert not Campaign.objects.exists()


def test_what_came_of_a_letter_is_told_from_ten_gifts_on(editor: Client) -> None:
    edition = letter()
    carries(edition.slug, "", 1, clock.now())
    given = [Given(f"g{number}", Decimal(20), "USD", clock.now().date(), edition.slug) for number in range(FEWEST_TOLD)]
    for one in given[1:]:
        count(one)
    assert "fewer than 10" in editor.get("/console/appeals/").content.decode()
    count(given[0])
    page = editor.get("/console/appeals/").content.decode()
    assert "$200.00" in page
    assert "still going out" in page


def test_the_desk_marks_a_story_beside_which_no_letter_asks(editor: Client) -> None:
    row = builders.article(clock.now())
    editor.post(f"/console/articles/{row.pk}/appeals", {"state": "none"})
    assert Article.objects.get().no_appeal
    page = editor.get(f"/console/articles/{row.pk}/").content.decode()
    assert "No call for donations stands beside this story" in page
    editor.post(f"/console/articles/{row.pk}/appeals", {"state": "may"})
    assert not Article.objects.get().no_appeal


def test_the_desk_keeps_a_draft_from_asking(editor: Client) -> None:
    edition = letter()
    editor.post(f"/console/editions/{edition.slug}/appeals", {"state": "none"})
    assert is_silent(edition.slug)
    assert "This letter asks nobody" in editor.get(f"/console/editions/{edition.slug}/").content.decode()
    editor.post(f"/console/editions/{edition.slug}/appeals", {"state": "may"})
    assert not is_silent(edition.slug)
    assert [one.what for one in edition.changes.order_by("number")] == ["silenced", "may ask"]
    Edition.objects.update(state="sent")
    editor.post(f"/console/editions/{edition.slug}/appeals", {"state": "none"})
    assert not is_silent(edition.slug)


ROWS = "id,email,amount,currency,date\nch_1,ana@readers.example,25,USD,2025-11-20\nch_2,,x,USD,\n"


def given_file(text: str = ROWS) -> Any:
    return SimpleUploadedFile("gifts.csv", text.encode())


def test_gifts_are_tried_and_then_the_same_file_goes_in(enter: Enter) -> None:
    publisher = enter(Role.PUBLISHER)
    page = publisher.post("/console/appeals/gifts/take", {"file": given_file()}).content.decode()
    assert "Count 1 gift" in page
    assert "Row 3: " in page
    assert "readers.example" not in page
    assert not Gift.objects.exists()
    tried = page.partition('name="tried" value="')[2].partition('"')[0]
    other = publisher.post("/console/appeals/gifts/take", {"file": given_file("id\nx"), "tried": tried})
    assert "Try it first" in other.content.decode()
    page = publisher.post("/console/appeals/gifts/take", {"file": given_file(), "tried": tried}).content.decode()
    assert "1 gift is counted." in page
    assert Gift.objects.count() == 1


def test_one_readers_case_is_told_in_a_sentence_for_each_rule(enter: Enter) -> None:
    letter()
    builders.reader(clock.now(), asked_in=clock.now().date() - timedelta(days=7 + clock.now().weekday()))
    form = {"address": "ana@readers.example", "reason": "asked by phone"}
    page = enter(Role.PUBLISHER).post("/console/readers/one", form).content.decode()
    assert "would name the donation page in its foot, and not ask." in page
    assert "They were asked lately; from " in page
    assert "They take donation calls." in page
