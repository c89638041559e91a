from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.conf import settings as given
from django.db import OperationalError

from service.audience import inbound
from service.audience.inbound import QUARANTINED, take_in
from service.audience.models import Consent, Subscriber
from service.delivery.actions import quarantine
from service.delivery.actions.gate import forget
from service.delivery.models import Bounce, Mailing, Message, Quarantined, Suppression
from service.toolbox import tokens
from tests import builders
from tests.delivery.mailings import opened, states
from tests.delivery.returned import NAMES, came_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(now: datetime) -> Subscriber:
    return builders.reader(now)


@pytest.fixture
def message(now: datetime, reader: Subscriber) -> Message:
    """Accepted by ana's server; another one to her still waits."""
    opened(now, [reader.key], "week")
    opened(now, [reader.key], "alert")
    Message.objects.update(address=reader.address)
    Message.objects.filter(mailing__key="week").update(state="accepted")
    return Message.objects.get(mailing__key="week")


def taken(name: str, message: Message, now: datetime) -> str:
    """What became of that mail of the corpus, about that message."""
    return take_in(came_back(name, message.pk, tokens.sign("unsubscribe", message.recipient_key)), now)


def waiting() -> dict[str, int]:
    return states(Mailing.objects.get(key="alert"))


def consents() -> list[str]:
    return list(Consent.objects.order_by("id").values_list("what", flat=True))


def test_a_hard_bounce_suppresses_the_address_and_what_waits_for_it(now: datetime, message: Message) -> None:
    assert taken("postfix-unknown-user", message, now) == "hard bounce"
    assert Suppression.objects.get().reason == "hard bounce"
    assert waiting() == {"suppressed": 1}
    assert states(message.mailing) == {"accepted": 1}


def test_a_soft_bounce_is_noted_and_the_next_letter_still_goes(now: datetime, message: Message) -> None:
    assert taken("postfix-mailbox-full", message, now) == "soft bounce"
    assert Bounce.objects.get().message == message
    assert waiting() == {"queued": 1}


def test_a_complaint_stops_the_address_and_its_reader_leaves_without_a_goodbye(now: datetime, message: Message) -> None:
    assert taken("complaint", message, now) == "complaint"
    assert Suppression.objects.get().reason == "complaint"
    assert (Subscriber.objects.get().status, consents()) == ("unsubscribed", ["complained"])
    assert waiting() == {"suppressed": 1}
    assert not Mailing.objects.filter(key__contains="goodbye").exists()


@pytest.mark.parametrize("name", ["unsubscribe", "unsubscribe-encoded-and-folded"])
def test_a_mail_to_unsubscribe_does_what_the_link_does(now: datetime, message: Message, name: str) -> None:
    assert taken(name, message, now) == "unsubscribed"
    assert (Subscriber.objects.get().status, consents()) == ("unsubscribed", ["unsubscribed"])
    assert waiting() == {"cancelled": 1}
    assert Mailing.objects.filter(key__contains="goodbye").count() == 1


@pytest.mark.parametrize("name", [one for one in NAMES if one.startswith(("away", "postfix-del"))])
def test_what_is_of_no_consequence_leaves_no_trace(now: datetime, message: Message, name: str) -> None:
    assert taken(name, message, now) in ("automatic reply", "delayed", "delivered")
    assert not Bounce.objects.exists()
    assert not Quarantined.objects.exists()
    assert waiting() == {"queued": 1}


@pytest.mark.parametrize("name", [one for one in NAMES if one.startswith("forged") or one.endswith("-forged")])
def test_what_anybody_could_have_written_suppresses_nobody_and_is_kept(
    now: datetime, message: Message, name: str
) -> None:
    assert taken(name, message, now) == QUARANTINED
    assert not Suppression.objects.exists()
    assert Subscriber.objects.get().status == "active"
    assert waiting() == {"queued": 1}


def test_no_mail_of_the_corpus_is_lost_or_makes_it_fail(now: datetime, message: Message) -> None:
    for name in NAMES:
        kept = quarantine.waiting()
        outcome = taken(name, message, now)
        assert (outcome == QUARANTINED) == (quarantine.waiting() == kept + 1), (name, outcome)


def test_a_report_about_somebody_erased_brings_nothing_back(now: datetime, message: Message) -> None:
    address = Subscriber.objects.get().address
    opened(now, ["bruno"], "week of another")
    Subscriber.objects.all().delete()
    forget(address, now)
    assert taken("postfix-unknown-user", message, now) == "about somebody who was erased"
    assert not Suppression.objects.exists()


def test_with_the_database_away_nothing_is_done_and_the_caller_knows(
    now: datetime, message: Message, monkeypatch: Any
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(inbound.actions, "taken_off", away)
    with pytest.raises(OperationalError):
        taken("complaint", message, now)
    assert not Quarantined.objects.exists()


def test_what_fails_for_a_reason_of_its_own_is_kept_and_nothing_of_it_is_done(
    now: datetime, message: Message, monkeypatch: Any
) -> None:
    monkeypatch.setattr(inbound.bounces, "complained", lambda *_: 1 / 0)
    assert taken("complaint", message, now) == QUARANTINED
    assert Subscriber.objects.get().status == "active"
    assert "the log says why" in Quarantined.objects.get().reason


def test_it_works_with_this_installations_key_alone(now: datetime, message: Message, settings: Any) -> None:
    raw = came_back("postfix-unknown-user", message.pk)
    settings.SECRET_KEY = given.SECRET_KEY[::-1]
    assert take_in(raw, now) == QUARANTINED
