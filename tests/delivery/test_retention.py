"""Rows about readers turn into numbers about mailings, and the numbers stay true."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from service.delivery.actions import bounces, gate, retention
from service.delivery.actions.send import send_due
from service.delivery.models import Address, Attempt, Batch, Bounce, Mailing, Message, SeenEvent
from service.delivery.rules.returns import NO_REPLY
from service.delivery.rules.verdicts import adds_up
from tests.delivery.mailings import opened

pytestmark = pytest.mark.django_db
LATER = timedelta(days=100)


@pytest.fixture
def over(now: datetime) -> Mailing:
    """A mailing to five that is finished; one of them bounced."""
    mailing = opened(now, [f"reader{number}" for number in range(5)])
    send_due(now)
    message = Message.objects.select_related("address").get(recipient_key="reader3")
    assert message.address
    bounces.bounced(message, message.address, hard=True, now=now, reply=NO_REPLY)
    message.attempts_made.create(at=now, state="refused", code=550, text="no such user")
    return mailing


def reduce(before: datetime) -> int:
    return retention.reduce_messages(before, seconds=5)


def test_the_counts_stay_when_the_rows_have_gone(over: Mailing, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "SLICE", 2)
    before = over.counts()
    assert before["accepted"] == 5
    assert reduce(now + LATER) == 5
    over.refresh_from_db()
    assert over.counts() == before
    assert adds_up(over.frozen or 0, over.counts())
    assert not Message.objects.exists() and not Attempt.objects.exists() and not Batch.objects.exists()
    assert Bounce.objects.get().message is None


def test_between_two_slices_they_add_up_too(over: Mailing, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "SLICE", 2)
    assert retention.reduce_messages(now + LATER, seconds=0) == 0
    assert retention._reduce(over) == 2
    assert Message.objects.count() == 3
    assert adds_up(over.frozen or 0, over.counts())
    assert reduce(now + LATER) == 3


def test_what_is_not_over_or_not_old_stays(now: datetime) -> None:
    mailing = opened(now, ["ana"])
    assert reduce(now + LATER) == 0
    send_due(now)
    assert reduce(now - timedelta(days=1)) == 0
    assert mailing.messages.count() == 1


def test_whoever_is_erased_meanwhile_takes_no_total_along(
    over: Mailing, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "SLICE", 4)
    retention._reduce(over)
    (last,) = Message.objects.select_related("address")
    assert last.address
    gate.forget(last.address, now)
    over.refresh_from_db()
    assert over.counts()["accepted"] == 5


def test_a_letter_to_one_person_goes_whole(now: datetime) -> None:
    mailing = opened(now, ["ana"])
    Mailing.objects.filter(pk=mailing.pk).update(key="reader:ana:confirm:1")
    opened(now, ["bruno"])
    assert retention.forget_mailings(("reader:",), now) == 0
    assert retention.forget_mailings(("reader:",), now + LATER) == 1
    assert Mailing.objects.count() == Message.objects.count() == 1


def test_old_bounces_and_events_go(over: Mailing, now: datetime) -> None:
    SeenEvent.objects.create(provider="mailgun", event_id="1", at=now)
    assert retention.forget_bounces(now) == 0
    assert retention.forget_bounces(now + LATER) == 1
    assert not SeenEvent.objects.exists()


def test_a_forgotten_address_leaves_its_place_in_the_counts_and_no_key(over: Mailing, now: datetime) -> None:
    address = Address.objects.get(messages__recipient_key="reader1")
    gate.forget(address, now)
    assert over.counts()["accepted"] == 5
    assert not Message.objects.filter(recipient_key="reader1").exists()
