"""An editor pauses, goes on, decides about what nobody knows, and hears of whom a letter came too late for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.audience.actions import choose
from service.audience.models import Subscriber
from service.audience.rules import Choices
from service.delivery.actions.progress import progress
from service.delivery.actions.send import send_due
from service.editions.actions.decide import pause, resend_uncertain, resume
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import raise_alerts
from service.editions.models import Edition
from service.toolbox import tokens
from service.toolbox.errors import ServiceError
from tests import builders
from tests.delivery.mailings import states

from .desk import FRIDAY, approved, go, mailing_of, story

pytestmark = pytest.mark.django_db


def readers(count: int) -> list[Subscriber]:
    return [builders.reader(FRIDAY, f"reader{number}") for number in range(count)]


def sent_to(sink: Any) -> list[str]:
    return sorted(letter["To"].partition("@")[0] for letter in builders.letters(sink.folder) if letter["List-Id"])


def test_paused_it_waits_and_resumed_it_goes_to_everybody(sink: Any) -> None:
    readers(4)
    edition = approved()
    dispatch_editions(FRIDAY)
    pause(edition)
    go(FRIDAY)
    assert (sent_to(sink), Edition.objects.get().state) == ([], "paused")
    resume(edition)
    go(FRIDAY)
    assert (len(sent_to(sink)), Edition.objects.get().state) == (4, "sent")


@pytest.mark.parametrize("verb", [pause, resume])
def test_what_is_not_under_way_can_be_neither_paused_nor_resumed(verb: Any) -> None:
    with pytest.raises(ServiceError, match="weekly-2026-w48-en is approved; only what is"):
        verb(approved())


def test_what_came_too_late_for_everybody_is_expired_and_the_desk_hears_of_it(sink: Any) -> None:
    readers(3)
    edition = approved()
    dispatch_editions(FRIDAY)
    late = edition.not_after + timedelta(seconds=1)
    send_due(late)
    assert dispatch_editions(late) == ["weekly-2026-w48-en is expired; 3 readers were not reached in time."]
    send_due(late)
    (notice,) = [one for one in builders.letters(sink.folder) if one["Subject"].startswith("Not sent to everybody")]
    assert notice["To"] == "desk@cauce.example"
    assert "Of 3 readers, 3 could not be reached" in " ".join(builders.part(notice, "plain").split())
    assert sent_to(sink) == []


def test_paused_until_it_was_too_late_it_never_goes_out(sink: Any) -> None:
    readers(2)
    edition = approved()
    dispatch_editions(FRIDAY)
    pause(edition)
    late = edition.not_after + timedelta(seconds=1)
    go(late)
    edition.refresh_from_db()
    assert edition.state == "expired"
    with pytest.raises(ServiceError):
        resume(edition)
    assert sent_to(sink) == []


def test_every_reader_of_the_language_is_planned_or_left_out_with_a_reason(sink: Any) -> None:
    builders.reader(FRIDAY, "ana", wants="alerts")
    builders.reader(FRIDAY, "bruno", wants="weekly")
    builders.reader(FRIDAY, "carla", interests="topic:illegal-mining")
    builders.reader(FRIDAY, "diego", "es")
    story(FRIDAY, topics=("prisons",))
    raise_alerts(FRIDAY)
    dispatch_editions(FRIDAY)
    mailing = mailing_of(Edition.objects.get())
    assert states(mailing) == {"queued": 1}
    assert progress(mailing, FRIDAY).candidates == 3
    assert mailing.excluded == {"did not ask for this": 1, "chose other subjects": 1}


def test_frozen_with_its_letter_are_the_hash_of_it_and_the_version_of_its_template(sink: Any) -> None:
    readers(1)
    edition = approved()
    go(FRIDAY)
    edition.refresh_from_db()
    assert (len(edition.content_hash), len(edition.template_version)) == (64, 12)


def test_nothing_is_sent_again_where_every_fate_is_known(sink: Any) -> None:
    readers(1)
    edition = approved()
    go(FRIDAY)
    edition.refresh_from_db()
    with pytest.raises(ServiceError, match="no message whose fate is unknown"):
        resend_uncertain(edition, FRIDAY)


def test_who_chooses_otherwise_while_it_is_paused_still_gets_it(sink: Any) -> None:
    reader = builders.reader(FRIDAY, "ana", wants="weekly")
    edition = approved()
    dispatch_editions(FRIDAY)
    edition.refresh_from_db()
    pause(edition)
    choose(tokens.sign("preferences", reader.key), Choices("en", "both"), FRIDAY)
    go(FRIDAY)
    edition.refresh_from_db()
    resume(edition)
    go(FRIDAY)
    assert states(mailing_of(edition)) == {"accepted": 1}


def test_paused_until_it_was_too_late_it_is_looked_at_no_more(sink: Any) -> None:
    builders.reader(FRIDAY, "ana")
    edition = approved()
    dispatch_editions(FRIDAY)
    edition.refresh_from_db()
    pause(edition)
    late = mailing_of(edition).not_after + timedelta(minutes=1)
    go(late)
    go(late)
    assert states(mailing_of(edition)) == {"cancelled": 1}
    assert not mailing_of(edition).batches.under_way().exists()
