from __future__ import annotations

from datetime import timedelta

import pytest

from service.editions.actions.decide import approve
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import draft_now
from service.editions.models import Edition
from service.toolbox import clock
from tests import builders

from .conftest import Enter


@pytest.fixture
def draft(db: None) -> Edition:
    now = clock.now()
    builders.article(now, kind="feature", title="A port without a guard")
    builders.reader(now)
    edition = draft_now(now + timedelta(minutes=1), "en").edition
    assert edition
    return edition


@pytest.fixture
def sending(draft: Edition) -> Edition:
    approve(draft, "maria", clock.now())
    dispatch_editions(clock.now())
    draft.refresh_from_db()
    assert draft.state == "sending"
    return draft


def at(edition: Edition, verb: str = "") -> str:
    return f"/console/editions/{edition.slug}/{verb}"


def test_the_list_and_the_page_say_where_a_letter_stands(enter: Enter, draft: Edition):
    desk = enter("reader")

    assert "waits for approval until" in desk.get("/console/editions/").text
    assert "waits for approval until" in desk.get(at(draft)).text


def test_the_letter_is_shown_in_a_frame_where_nothing_runs(enter: Enter, draft: Edition):
    letter = enter("reader").get(at(draft, "letter.html"))

    assert "A port without a guard" in letter.text
    assert letter["Content-Security-Policy"].endswith("sandbox")
    assert "script-src" not in letter["Content-Security-Policy"]


def test_an_editor_pauses_and_stops_and_only_a_publisher_goes_on(enter: Enter, sending: Edition):
    editor, publisher = enter("editor"), enter("publisher", name="maria")

    editor.post(at(sending, "pause"))
    assert editor.post(at(sending, "resume")).status_code == 403
    publisher.post(at(sending, "resume"))
    told = editor.post(at(sending, "stop"), follow=True)

    assert "It is stopped for good; 1 reader will not get it." in told.text
    assert Edition.objects.get().state == "cancelled"


def test_what_can_not_be_done_is_said_on_the_page_it_was_asked_on(enter: Enter, draft: Edition):
    page = enter("editor").post(at(draft, "pause"), follow=True, headers={"referer": f"http://testserver{at(draft)}"})

    assert "only what is being sent can be paused" in page.text
    assert page.request["PATH_INFO"] == at(draft)


def test_the_preview_shows_the_letter_as_the_chosen_kind_of_reader_gets_it(enter: Enter, draft: Edition):
    desk = enter("reader")
    asked, spared, quiet = (
        desk.get(at(draft, address)).text
        for address in ("letter.html?asked=ask", "letter.html?asked=plain", "letter.txt?form=quiet")
    )

    assert "Support Cauce" in asked
    assert "Support Cauce" not in spared
    assert "Cauce" not in quiet.splitlines()[0]


def test_in_the_dark_the_letters_own_dark_rules_hold(enter: Enter, draft: Edition):
    letter = enter("reader").get(at(draft, "letter.html?light=dark")).text

    assert "@media all" in letter
    assert "prefers-color-scheme:dark" not in letter


def test_the_statement_stands_on_the_page_and_is_asked_for_again_while_letters_leave(enter: Enter, sending: Edition):
    page = enter("reader").get(at(sending)).text

    assert "still to go" in page
    assert 'hx-trigger="every 5s"' in page
    assert "do not add up" not in page


def test_the_rehearsal_says_who_would_get_it_and_what_is_in_the_way(enter: Enter, draft: Edition):
    Edition.objects.update(letter="Read https://elsewhere.example/?utm_source=letter")

    page = enter("reader").get(at(draft, "rehearsal")).text

    assert "1 reader would get it, all the same letter." in page
    assert "The letter must not leave." in page


def test_a_rehearsal_gives_no_reader_away_by_what_they_chose(enter: Enter, draft: Edition):
    for number in range(11):
        builders.reader(clock.now(), f"reader-{number}")
    builders.reader(clock.now(), "quinn", quiet=True)
    builders.reader(clock.now(), "paula", paused_until=clock.now().date() + timedelta(days=9))

    page = enter("reader").get(at(draft, "rehearsal")).text

    assert "13 readers would get it, in 2 letters that differ." in page
    told = [cell.split("<")[0] for cell in page.split('<td class="number">')[1:]]
    assert told == ["not told", "not told", "fewer than 10"]
    assert "a number that small is somebody" in page


def test_the_board_says_what_is_still_to_be_translated(enter: Enter, draft: Edition):
    page = enter("reader").get(at(draft, "translations")).text

    assert "Still to be translated: 1 in Spanish." in page
    assert "not there yet" in page
