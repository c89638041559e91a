"""From approval to the last reader: once each, whatever breaks off, whoever works beside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.audience.actions import choose, unsubscribe
from service.audience.models import Subscriber
from service.audience.rules import Choices
from service.delivery.actions import bulk
from service.delivery.actions.send import send_due
from service.delivery.models import Mailing, Message
from service.editions.actions import dispatch as dispatching
from service.editions.actions.decide import stop
from service.editions.actions.dispatch import dispatch, dispatch_editions
from service.editions.models import Edition
from service.toolbox import tokens
from tests import builders
from tests.delivery.mailings import states
from tests.delivery.threads import at_once

from .desk import FRIDAY, approved, go, mailing_of, story

pytestmark = pytest.mark.django_db


def sent_to(sink: Any) -> list[str]:
    return sorted(letter["To"].partition("@")[0] for letter in builders.letters(sink.folder) if letter["List-Id"])


def readers(count: int, language: str = "en") -> list[Subscriber]:
    return [builders.reader(FRIDAY, f"{language}{number}", language) for number in range(count)]


def both_approved() -> tuple[Edition, Edition]:
    story(), story(language="es")
    return approved(language="en"), approved(language="es")


def change(reader: Subscriber, language: str, wants: str) -> None:
    choose(tokens.sign("preferences", reader.key), Choices(language, wants), FRIDAY)


def test_dispatched_again_and_again_each_reader_gets_one(sink: Any) -> None:
    readers(3)
    edition = approved()
    for minutes in range(4):
        go(FRIDAY + timedelta(minutes=minutes))
    assert sent_to(sink) == ["en0", "en1", "en2"]
    edition.refresh_from_db()
    assert edition.state == "sent"


@pytest.mark.parametrize("step", ["add_rendition", "plan_candidates", "_drop_who_left", "freeze"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_broken_off_anywhere_and_run_again_each_reader_gets_one(
    sink: Any, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    real = getattr(dispatching, step)

    def power_cut(*given: Any) -> None:
        if when == "after":
            real(*given)
        raise RuntimeError("the power went")

    readers(3)
    edition = approved()
    with monkeypatch.context() as patch:
        patch.setattr(dispatching, step, power_cut)
        assert "could not be moved on: the power went" in dispatch_editions(FRIDAY)[-1]
        send_due(FRIDAY)
        assert sent_to(sink) == []
    go(FRIDAY)
    assert sent_to(sink) == ["en0", "en1", "en2"]
    assert states(mailing_of(edition)) == {"accepted": 3}


@pytest.mark.django_db(transaction=True)
def test_dispatched_by_several_workers_at_once_it_is_planned_once(sink: Any) -> None:
    readers(20)
    edition = approved()
    at_once(*[lambda: dispatch_editions(FRIDAY)] * 4)
    assert states(mailing_of(edition)) == {"queued": 20}
    at_once(*[lambda: go(FRIDAY)] * 3)
    go(FRIDAY)
    assert sent_to(sink) == sorted(f"en{number}" for number in range(20))


@pytest.mark.django_db(transaction=True)
def test_stopped_while_it_is_dispatched_nothing_is_left_waiting(sink: Any) -> None:
    readers(5)
    story()
    for week in range(4):
        at = FRIDAY + timedelta(days=7 * week)
        story(at - timedelta(hours=1))
        edition = approved(at)
        at_once(lambda: dispatch_editions(at), lambda: stop(edition, at))  # noqa: B023
        send_due(at)
        edition.refresh_from_db()
        assert edition.state == "cancelled"
    assert sent_to(sink) == []
    assert not Message.objects.exclude(state="cancelled").filter(mailing__key__startswith="edition").exists()


def test_who_subscribes_after_the_freeze_gets_the_next_one(sink: Any) -> None:
    readers(2)
    approved()
    dispatch_editions(FRIDAY)
    builders.reader(FRIDAY, "late")
    go(FRIDAY)
    assert sent_to(sink) == ["en0", "en1"]


def test_unsubscribed_between_freeze_and_sending_nothing_comes(sink: Any) -> None:
    first, _ = readers(2)
    edition = approved()
    dispatch_editions(FRIDAY)
    unsubscribe(tokens.sign("unsubscribe", first.key), FRIDAY)
    go(FRIDAY)
    assert sent_to(sink) == ["en1"]
    assert states(mailing_of(edition)) == {"accepted": 1, "cancelled": 1}


def test_who_left_while_it_was_planned_gets_nothing(sink: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = readers(2)
    edition, real = approved(), dispatching.plan_candidates

    def plan_slowly(*given: Any) -> bool:
        done = real(*given)
        Subscriber.objects.filter(pk=first.pk).update(status="unsubscribed")
        return bool(done)

    monkeypatch.setattr(dispatching, "plan_candidates", plan_slowly)
    go(FRIDAY)
    assert sent_to(sink) == ["en1"]
    assert states(mailing_of(edition)) == {"accepted": 1, "cancelled": 1}


def test_who_changes_language_meanwhile_gets_it_in_the_new_one_and_once(sink: Any) -> None:
    first, _ = readers(2)
    readers(1, "es")
    english, spanish = both_approved()
    dispatch_editions(FRIDAY)
    change(first, "es", "both")
    go(FRIDAY)
    go(FRIDAY)
    assert sent_to(sink) == ["en0", "en1", "es0"]
    assert states(mailing_of(english)) == {"accepted": 1, "cancelled": 1}
    assert states(mailing_of(spanish)) == {"accepted": 2}


def test_who_wants_more_meanwhile_still_gets_this_one(sink: Any) -> None:
    reader = builders.reader(FRIDAY, "ana", wants="weekly")
    edition = approved()
    dispatch_editions(FRIDAY)
    change(reader, "en", "both")
    go(FRIDAY)
    go(FRIDAY)
    assert sent_to(sink) == ["ana"]
    assert states(mailing_of(edition)) == {"accepted": 1}


def test_who_wants_no_digest_any_more_meanwhile_gets_none(sink: Any) -> None:
    reader = builders.reader(FRIDAY, "ana", wants="both")
    edition = approved()
    dispatch_editions(FRIDAY)
    change(reader, "en", "alerts")
    go(FRIDAY)
    go(FRIDAY)
    assert sent_to(sink) == []
    assert states(mailing_of(edition)) == {"cancelled": 1}


def test_who_got_it_and_then_changes_language_gets_no_second(sink: Any) -> None:
    reader = builders.reader(FRIDAY, "ana")
    builders.reader(FRIDAY, "diego", "es")
    approved(language="en")
    go(FRIDAY)
    approved(language="es")
    dispatch_editions(FRIDAY)
    change(reader, "es", "both")
    go(FRIDAY)
    go(FRIDAY)
    assert sent_to(sink) == ["ana", "diego"]


def test_a_letter_that_cannot_be_composed_holds_up_no_other(sink: Any) -> None:
    builders.reader(FRIDAY)
    broken = Edition.objects.create(
        slug="alert-broken",
        kind="alert",
        language="en",
        state="approved",
        drafted_at=FRIDAY,
        expires_at=FRIDAY,
        let_go_at=FRIDAY,
    )
    approved()
    told = go(FRIDAY)
    assert "alert-broken could not be moved on: alert-broken is an alert about no article." in told
    assert sent_to(sink) == ["ana"]
    broken.refresh_from_db()
    assert broken.state == "approved"


def test_with_no_reader_it_is_sent_to_nobody_and_done(sink: Any) -> None:
    edition = approved()
    assert go(FRIDAY) == ["weekly-2026-w48-en goes out to 0 readers.", "weekly-2026-w48-en is sent."]
    assert Mailing.objects.get(key=edition.mailing_key).frozen == 0


def test_what_was_frozen_first_is_what_all_get(sink: Any) -> None:
    one = story(title="As approved")
    readers(1)
    edition = approved()
    stale = Edition.objects.get(pk=edition.pk)
    dispatch(edition, FRIDAY)
    one.title = "As changed since"
    one.save()
    dispatch(stale, FRIDAY)
    go(FRIDAY)
    (letter,) = [one for one in builders.letters(sink.folder) if one["List-Id"]]
    edition.refresh_from_db()
    assert "As approved" in letter["Subject"]
    assert edition.subject == letter["Subject"]


def test_who_changes_language_twice_while_one_is_on_the_wire_gets_no_second(sink: Any) -> None:
    reader, _ = builders.reader(FRIDAY, "ana"), builders.reader(FRIDAY, "eva")
    builders.reader(FRIDAY, "diego", "es")
    english, spanish = both_approved()
    dispatch_editions(FRIDAY)
    change(reader, "es", "both")
    dispatch_editions(FRIDAY)
    hers = mailing_of(spanish).messages.get(recipient_key=reader.key)
    Message.objects.filter(pk=hers.pk).update(state="sending", attempts=1)
    change(reader, "en", "both")
    dispatch_editions(FRIDAY)
    bulk.accept([hers.pk], 250, "", FRIDAY)
    go(FRIDAY)
    assert states(mailing_of(spanish)) == {"accepted": 2}
    assert states(mailing_of(english)) == {"accepted": 1, "cancelled": 1}
