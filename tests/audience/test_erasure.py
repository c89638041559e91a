"""Gone, now: and what is left keeps the address out."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from service.audience import erasure, limits
from service.audience.actions import confirm, subscribe, unsubscribe
from service.audience.models import Consent, Subscriber, Tally
from service.audience.rules import Choices
from service.delivery.actions import bounces
from service.delivery.actions.send import send_due
from service.delivery.models import Address, Attempt, Bounce, Mailing, Message, Rendition, Suppression
from service.delivery.rules.returns import NO_REPLY
from service.toolbox import addresses, tokens
from service.toolbox.tokens import BadToken
from tests import builders
from tests.delivery.mailings import opened, states

pytestmark = pytest.mark.django_db
ANA = "ana@readers.example"


@pytest.fixture
def reader(now: datetime) -> Subscriber:
    """With all that a reader gathers: consents, letters sent and waiting, a bounce."""
    subscribe(ANA, Choices("en", "both"), now)
    found = Subscriber.objects.select_related("address").get()
    confirm(tokens.sign("confirm", found.key), now)
    opened(now, [found.key, "somebody"], "edition:sent")
    send_due(now)
    message = Message.objects.get(mailing__key="edition:sent", recipient_key=found.key)
    Message.objects.filter(pk=message.pk).update(address=found.address)
    message.refresh_from_db()
    bounces.bounced(message, found.address, hard=False, now=now, reply=NO_REPLY)
    limits.may_write_to(ANA, now)
    return found


def erased(reader: Subscriber, now: datetime) -> None:
    erasure.erase_by(tokens.sign("erase", reader.key), now)


def test_no_row_is_left_but_the_hash_that_keeps_them_out(reader: Subscriber, now: datetime) -> None:
    erased(reader, now)
    assert not Subscriber.objects.exists()
    assert not Consent.objects.exists()
    assert not Bounce.objects.exists()
    assert not Mailing.objects.filter(key__contains=reader.key).exists()
    assert not Rendition.objects.filter(mailing__key__contains=reader.key).exists()
    assert not Message.objects.filter(recipient_key__contains=reader.key).exists()
    mark = addresses.fingerprint(ANA)
    assert not Address.objects.filter(fingerprint=mark).exists()
    assert Suppression.objects.latest_of(mark).values_list("reason", flat=True)[0] == "erased"
    assert states(Mailing.objects.get(key="edition:sent")) == {"accepted": 2}


def test_what_waits_for_them_does_not_leave(reader: Subscriber, now: datetime, tmp_path: Path) -> None:
    waiting = opened(now, [reader.key], "edition:next")
    Message.objects.filter(mailing=waiting).update(address=reader.address)
    opened(now, ["other"], "edition:other")
    before = len(builders.letters(tmp_path / "outbox"))
    erased(reader, now)
    send_due(now)
    assert len(builders.letters(tmp_path / "outbox")) == before + 1


def test_twice_it_is_the_same_and_for_nobody_too(reader: Subscriber, now: datetime) -> None:
    for _ in range(2):
        erased(reader, now)
    erasure.erase_by(tokens.sign("erase", "f" * 32), now)
    assert Suppression.objects.filter(reason="erased").count() == 1


@pytest.mark.parametrize("purpose", ["confirm", "preferences", "unsubscribe", "form"])
def test_no_other_link_erases(reader: Subscriber, now: datetime, purpose: str) -> None:
    with pytest.raises(BadToken):
        erasure.erase_by(tokens.sign(purpose, reader.key), now)
    with pytest.raises(BadToken):
        erasure.erase_by(tokens.sign("erase", reader.key)[:-1], now)
    assert Subscriber.objects.exists()


def test_whoever_comes_back_comes_back_as_somebody_new(reader: Subscriber, now: datetime) -> None:
    erased(reader, now)
    subscribe(ANA, Choices("es", "weekly"), now)
    back = Subscriber.objects.get()
    confirm(tokens.sign("confirm", back.key), now)
    assert back.key != reader.key
    assert Suppression.objects.latest_of(addresses.fingerprint(ANA))[0].reason == "lifted"


def test_what_only_the_desk_lifts_still_stands_after_it(reader: Subscriber, now: datetime) -> None:
    message = Message.objects.get(mailing__key="edition:sent", recipient_key=reader.key)
    bounces.complained(message, now)
    erased(reader, now)
    assert Suppression.objects.latest_of(addresses.fingerprint(ANA))[0].reason == "complaint"


def test_whoever_left_is_forgotten_after_a_while_and_kept_out(reader: Subscriber, now: datetime) -> None:
    unsubscribe(tokens.sign("unsubscribe", reader.key), now)
    assert erasure.forget_left(now, now) == 0
    assert erasure.forget_left(now + timedelta(seconds=1), now) == 1
    assert not Subscriber.objects.exists()
    assert Suppression.objects.latest_of(addresses.fingerprint(ANA))[0].reason == "unsubscribed"


def test_the_command_asks_for_the_address(
    reader: Subscriber, monkeypatch: pytest.MonkeyPatch, capsys: Any, caplog: Any
) -> None:
    for words in ("Erased", "Nothing was held"):
        monkeypatch.setattr("sys.stdin", StringIO(f"{ANA}\n"))
        told = call_command("erase_subscriber")
        assert words in str(told)
        assert "ana" not in f"{told}{caplog.text}"
    assert not Subscriber.objects.exists()


def test_an_address_that_is_no_readers_is_erased_too(now: datetime) -> None:
    opened(now, ["guest"], "test:somebody")
    assert erasure.erase_address("guest@readers.example", now)
    assert not Address.objects.exists()
    assert Suppression.objects.get().reason == "erased"
    assert not Attempt.objects.exists() and not Tally.objects.exists()
