"""An alert that waits for its hour, on the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from service.console import matters
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import raise_alerts
from service.editions.models import Edition
from service.newsroom.current import newsroom
from service.toolbox import clock
from tests import builders

from .conftest import Enter


@pytest.fixture
def waiting(db: None, change_newsroom: Callable[[str, str], None]) -> Edition:
    """It is quiet from an hour ago to an hour from now."""
    now = clock.now()
    begin, end = (
        (now + timedelta(hours=hours)).astimezone(ZoneInfo(newsroom().timezone)).strftime("%H:%M") for hours in (-1, 1)
    )
    change_newsroom('# quiet_hours = ["22:00", "07:00"]', f'quiet_hours = ["{begin}", "{end}"]')
    builders.article(now, title="A port without a guard")
    builders.reader(now)
    raise_alerts(now)
    dispatch_editions(now)
    edition = Edition.objects.get()
    assert (edition.state, edition.let_go_at) == ("approved", None)
    return edition


def at(edition: Edition, verb: str = "") -> str:
    return f"/console/editions/{edition.slug}/{verb}"


def test_the_page_and_the_first_page_say_why_it_waits_and_until_when(enter: Enter, waiting: Edition):
    begin, end = newsroom().alert_quiet or ("", "")
    why = f"{end:%H:%M}: no alert goes out from {begin:%H:%M} to {end:%H:%M}."

    assert why in enter("reader").get(at(waiting)).text
    assert [one.sentence for one in matters.goes_out(clock.now()) if why in one.sentence]


def test_two_publishers_let_it_go_and_an_editor_can_not(enter: Enter, waiting: Edition):
    assert enter("editor", name="pedro").post(at(waiting, "breaking")).status_code == 403
    assert "waits for a second name" in enter("publisher").post(at(waiting, "breaking"), follow=True).text
    assert "ana calls it breaking" in matters.waits(clock.now())[0].sentence

    page = enter("publisher", name="maria").post(at(waiting, "breaking"), follow=True)
    dispatch_editions(clock.now())

    assert "ana and maria call it breaking" in page.text
    waiting.refresh_from_db()
    assert waiting.state == "sending"
    assert matters.waits(clock.now()) == []


def test_whoever_called_it_is_offered_to_take_it_back_and_nobody_else(enter: Enter, waiting: Edition):
    ana, maria = enter("publisher"), enter("publisher", name="maria")
    ana.post(at(waiting, "breaking"))

    assert "Take my call back" in ana.get(at(waiting)).text
    assert "Take my call back" not in maria.get(at(waiting)).text
    assert "Call it breaking too" in maria.get(at(waiting)).text
    assert "Your call is taken back." in ana.post(at(waiting, "breaking/back"), follow=True).text
    assert matters.waits(clock.now()) == []


def test_called_twice_by_one_person_it_says_that_it_takes_two(enter: Enter, waiting: Edition):
    ana = enter("publisher")
    ana.post(at(waiting, "breaking"))

    page = ana.post(at(waiting, "breaking"), follow=True, headers={"referer": f"http://testserver{at(waiting)}"})

    assert "it takes a second name" in page.text


def test_what_was_left_to_the_digest_says_why_and_can_still_be_called(enter: Enter, waiting: Edition):
    Edition.objects.update(state="expired", left_to_digest="digest")

    page = enter("publisher").get(at(waiting)).text

    assert "was left to the digest, which is drafted before its turn would have come" in page
    assert "Call it breaking" in page


def test_the_hours_of_alerts_are_told_as_newsroom_toml_has_them(enter: Enter, waiting: Edition):
    page = enter("reader").get("/console/schedule/alerts/").text

    assert "Alerts are quiet now, until" in page
    assert "No alert goes out from" in page
    assert "Investigation, Feature, Analysis" in page


def test_without_hours_it_says_so(enter: Enter):
    page = enter("reader").get("/console/schedule/alerts/").text

    assert "Alerts may go out now." in page
    assert "Alerts go out at any hour" in page
