"""The page on which a letter waits for its second person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from lxml import html

from service.delivery.actions.send import send_due
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import draft_now
from service.editions.models import Approval, Edition
from service.toolbox import clock
from tests import builders

from .conftest import Enter


@pytest.fixture
def draft(db: None) -> Edition:
    now = clock.now()
    builders.article(now - timedelta(minutes=1), kind="feature", title="A port without a guard")
    builders.reader(now)
    edition = draft_now(now, "en").edition
    assert edition
    return edition


@pytest.fixture
def two(change_newsroom: Any) -> None:
    change_newsroom('approval = "one"', 'approval = "two"')


def at(edition: Edition, verb: str = "") -> str:
    return f"/console/editions/{edition.slug}/{verb}"


def form_on(page: str, action: str) -> dict[str, str]:
    """What that form sends, as a browser would."""
    (form,) = html.fromstring(page).xpath(f"//form[@action='{action}']")
    return {name: str(value) for name, value in form.form_values()}


def approve(browser: Client, edition: Edition, on: str = "") -> str:
    """Pressed on the page that was looked at; what comes next."""
    fields = form_on(browser.get(at(edition, on)).text, at(edition, "approve"))
    return browser.post(at(edition, "approve"), fields, follow=True).text


def state(edition: Edition) -> str:
    edition.refresh_from_db()
    return edition.state


def test_the_second_person_lets_it_go_and_the_page_counts_down(two: None, enter: Enter, draft: Edition):
    first = approve(enter("publisher", name="maria"), draft)
    assert "You approved it. It waits for somebody else" in first
    assert "1 more must approve it." in first
    assert "waits for a second approval until" in first

    second = approve(enter("publisher", name="olga"), draft)

    assert "It is approved and leaves in 5 minutes" in second
    assert "maria approved it on" in second
    assert (state(draft), draft.approved_by) == ("approved", "maria, olga")


def test_whoever_said_yes_or_changed_it_is_told_why_they_may_not(two: None, enter: Enter, draft: Edition):
    draft.changes.create(number=1, by="olga", at=clock.now(), what="wrote")
    approve(enter("publisher", name="maria"), draft)

    assert "You approved it already" in enter("publisher", name="maria").get(at(draft)).text
    told = enter("publisher", name="olga").get(at(draft)).text
    assert "You changed it, so two others must approve it." in told
    assert at(draft, "approve") not in told


def test_an_editor_may_not_approve_but_take_back_and_stop(enter: Enter, draft: Edition):
    editor = enter("editor", name="eva")
    assert editor.post(at(draft, "approve")).status_code == 403
    approve(enter("publisher", name="maria"), draft)

    told = editor.post(at(draft, "take-back"), follow=True).text

    assert "It is taken back, and waits for approval again." in told
    assert "eva took it back." in told
    assert state(draft) == "drafted"


def test_what_goes_out_by_itself_and_was_taken_back_waits_for_one_person(
    enter: Enter, draft: Edition, change_newsroom: Any
):
    change_newsroom('approval = "one"', 'approval = "none"')

    told = enter("editor").get(at(draft)).text

    assert "One person must approve it." in told
    assert "1 more must approve it." in told
    assert "nobody's approval" not in html.fromstring(told).text_content()


def test_what_was_looked_at_before_a_correction_is_not_approved(enter: Enter, draft: Edition):
    maria = enter("publisher", name="maria")
    fields = form_on(maria.get(at(draft)).text, at(draft, "approve"))
    Edition.objects.update(letter="Dear readers")

    told = maria.post(at(draft, "approve"), fields, headers={"referer": f"http://testserver{at(draft)}"}, follow=True)

    assert "It was changed since you looked at it." in told.text
    assert state(draft) == "drafted"


def test_a_form_that_names_nothing_approves_nothing(enter: Enter, draft: Edition):
    enter("publisher", name="maria").post(at(draft, "approve"))

    assert state(draft) == "drafted"


def test_what_voided_an_approval_is_told(two: None, enter: Enter, draft: Edition):
    maria = enter("publisher", name="maria")
    approve(maria, draft)
    Edition.objects.update(letter="Dear readers")

    assert "The approval by maria" in maria.get(at(draft)).text
    dispatch_editions(clock.now())
    assert "no longer holds. Something that it shows was changed" in maria.get(at(draft)).text


def test_where_it_must_be_rehearsed_the_button_stands_on_the_rehearsal(
    change_newsroom: Any, enter: Enter, draft: Edition
):
    change_newsroom('rehearsal = "shown"', 'rehearsal = "required"')
    maria = enter("publisher", name="maria")
    page = maria.get(at(draft)).text
    assert "Rehearse it, then approve it there" in page
    assert at(draft, "approve") not in page

    approve(maria, draft, on="rehearsal")

    assert state(draft) == "approved"


def test_what_must_not_leave_is_not_offered_for_approval_at_its_rehearsal(enter: Enter, draft: Edition):
    Edition.objects.update(letter="Read https://elsewhere.example/?utm_source=letter")

    assert at(draft, "approve") not in enter("publisher", name="maria").get(at(draft, "rehearsal")).text


def test_sent_back_its_sentence_stands_on_the_page_until_somebody_changes_it(enter: Enter, draft: Edition):
    maria = enter("publisher", name="maria")

    told = maria.post(at(draft, "send-back"), {"reason": "The lead names a source."}, follow=True).text

    assert "“The lead names a source.”" in told
    draft.changes.create(number=1, by="ana", at=clock.now() + timedelta(seconds=1), what="wrote")
    assert "The lead names a source." not in maria.get(at(draft)).text


def test_a_test_letter_goes_to_the_address_that_was_typed(enter: Enter, draft: Edition, sink: Any):
    editor = enter("editor")
    fields = form_on(editor.get(at(draft)).text, at(draft, "test"))

    editor.post(at(draft, "test"), fields | {"address": "ana@readers.example"})
    editor.post(at(draft, "test"), fields | {"address": "nobody"})
    send_due(clock.now())

    assert [letter["To"] for letter in builders.letters(sink.folder)] == ["ana@readers.example"]


@pytest.mark.parametrize("state", ["drafted", "approved", "sending", "paused"])
def test_the_red_button_is_there_as_long_as_anything_can_go(enter: Enter, draft: Edition, state: str):
    Edition.objects.update(state=state)

    page = html.fromstring(enter("editor").get(at(draft)).text)

    assert page.xpath(f"//form[@action='{at(draft, 'stop')}']/button[@class='danger']")


def test_once_it_was_sent_nothing_is_left_to_stop_or_approve(enter: Enter, draft: Edition):
    Edition.objects.update(state="sent")

    page = enter("publisher").get(at(draft)).text

    assert at(draft, "stop") not in page
    assert at(draft, "approve") not in page


def test_deciding_needs_a_post_of_the_desks_own(enter: Enter, draft: Edition):
    publisher = enter("publisher")
    publisher.handler.enforce_csrf_checks = True

    assert publisher.post(at(draft, "approve")).status_code == 403
    assert publisher.get(at(draft, "approve")).status_code == 405
    assert not Approval.objects.exists()
