from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from service.delivery.actions.gate import cancel_for, forget, stop, suppress
from service.delivery.actions.plan import freeze, keep_address, post
from service.delivery.actions.send import send_due
from service.delivery.models import Address, Mailing, Message, Suppression

from .mailings import envelope, message_to, opened, planned, states

pytestmark = pytest.mark.django_db


def test_unsubscribed_between_freezing_and_sending_nothing_comes(now: datetime, smtp: Any) -> None:
    server, mailing = smtp(), opened(now)
    cancel_for("bruno", "unsubscribed", now)
    send_due(now)
    assert server.recipients() == ["ana@readers.example", "carla@readers.example"]
    assert states(mailing) == {"accepted": 2, "cancelled": 1}
    assert message_to("bruno").reason == "unsubscribed"


def test_suppressed_between_freezing_and_sending_nothing_comes(now: datetime, smtp: Any) -> None:
    server, mailing = smtp(), opened(now)
    suppress(keep_address("ana@readers.example").fingerprint, "complaint", now)
    send_due(now)
    assert server.recipients() == ["bruno@readers.example", "carla@readers.example"]
    assert states(mailing) == {"accepted": 2, "suppressed": 1}


def test_suppressed_by_somebody_who_could_not_see_the_message_yet_it_is_found_at_the_gate(
    now: datetime, smtp: Any
) -> None:
    server, mailing = smtp(), opened(now)
    mark = keep_address("ana@readers.example").fingerprint
    Suppression.objects.create(fingerprint=mark, reason="complaint", at=now)
    send_due(now)
    assert "ana@readers.example" not in server.recipients()
    assert states(mailing) == {"accepted": 2, "suppressed": 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("wish", "act"),
    [
        ("unsubscribed", lambda now: cancel_for("ana", "unsubscribed", now)),
        ("stopped", lambda now: stop(Mailing.objects.get(), now)),
        ("erased", lambda now: forget(message_to("ana").address or keep_address("nobody@x.example"), now)),
    ],
)
def test_a_wish_while_the_message_is_on_the_wire_ends_its_tries(now: datetime, smtp: Any, wish: str, act: Any) -> None:
    def script(step: str, count: int) -> str | None:
        if step != "DATA" or count > 1:
            return None
        act(now)
        connection.close()
        return "451 4.7.1 later"

    smtp(script=script)
    mailing = opened(now, ["ana", "bruno"])
    send_due(now)
    assert mailing.messages.filter(state="cancelled", reason=wish).exists()


def test_stopped_the_rest_does_not_go_out(now: datetime, smtp: Any) -> None:
    server, mailing = smtp(), opened(now)
    assert stop(mailing, now) == 3
    assert send_due(now).sentence() == "Nothing to send: no message is waiting."
    assert states(mailing) == {"cancelled": 3}
    assert not server.kept


def test_stopped_while_planning_it_never_opens(now: datetime) -> None:
    mailing = planned(now)
    stop(mailing, now)
    freeze(mailing, now)
    mailing.refresh_from_db()
    assert mailing.state == "stopped"
    assert states(mailing) == {"cancelled": 3}


def test_what_a_dead_worker_left_in_a_stopped_mailing_is_named(now: datetime, smtp: Any) -> None:
    smtp()
    mailing = opened(now)
    Message.objects.filter(recipient_key="ana").update(state="sending", attempts=1)
    stop(mailing, now)
    send_due(now)
    assert states(mailing) == {"uncertain": 1, "cancelled": 2}


def test_forgotten_the_address_is_gone_and_the_counts_still_add_up(now: datetime, smtp: Any) -> None:
    smtp()
    sent, waiting = opened(now, key="old"), opened(now, key="new")
    sent.messages.update(state="accepted")
    post("hello:ana", keep_address("ana@readers.example"), envelope(unsubscribe=False), "", "Hi", now)
    forget(keep_address("ana@readers.example"), now)
    assert states(sent) == {"accepted": 3}
    assert states(waiting) == {"queued": 2, "cancelled": 1}
    assert not Mailing.objects.filter(key="hello:ana").exists()
    assert Address.objects.count() == 2


def test_a_suppression_outlives_the_address(now: datetime) -> None:
    address = keep_address("ana@readers.example")
    suppress(address.fingerprint, "complaint", now)
    forget(address, now)
    mailing = planned(now, ["ana"])
    freeze(mailing, now)
    assert states(mailing) == {"suppressed": 1}
