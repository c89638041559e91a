"""Paused, resumed, cancelled, at any point: nobody is lost, nobody gets two, and what is stopped stops."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.delivery.actions import gate
from service.delivery.actions.progress import PAUSED, progress
from service.delivery.actions.send import send_due

from .mailings import crowd, message_to, opened, states
from .smtp_server import HANG_UP

pytestmark = pytest.mark.django_db
_keys = count()


def test_paused_nothing_leaves_and_resumed_all_does(now: datetime, smtp: Any) -> None:
    server, mailing = smtp(), opened(now, crowd(10))
    gate.pause(mailing)
    mailing.refresh_from_db()
    send_due(now)
    assert (len(server.kept), progress(mailing, now).waiting) == (0, {PAUSED: 10})
    gate.resume(mailing)
    send_due(now)
    assert states(mailing) == {"accepted": 10}


@given(points=st.lists(st.integers(0, 20), min_size=1, max_size=4), cancel=st.booleans())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_at_whatever_point_it_is_paused_each_reader_gets_at_most_one(
    points: list[int], cancel: bool, now: datetime, smtp: Any
) -> None:
    server, key = smtp(), f"pause{next(_keys)}"
    with transaction.atomic():
        mailing = opened(now, [f"{key}-{number}" for number in range(20)], key)
        for minute, point in enumerate(sorted(points)):

            def stop_here(point: int = point) -> bool:
                if len(server.kept) >= point:
                    gate.pause(mailing)
                return False

            send_due(now + timedelta(minutes=minute), stopped=stop_here)
            gate.resume(mailing)
        if cancel:
            gate.stop(mailing, now)
        send_due(now + timedelta(hours=1))
        counts = states(mailing)
        transaction.set_rollback(True)
    assert set(Counter(server.recipients()).values()) <= {1}
    assert counts.get("accepted", 0) == len(server.kept)
    assert cancel or counts == {"accepted": 20}


@pytest.mark.parametrize("features", [(), ("PIPELINING",)])
def test_what_has_not_begun_a_second_after_it_was_taken_up_does_not_begin(
    now: datetime, smtp: Any, monkeypatch: pytest.MonkeyPatch, features: tuple[str, ...]
) -> None:
    monkeypatch.setattr("service.delivery.actions.handover.CLAIM_SECONDS", 0.05)
    monkeypatch.setattr("service.delivery.transports.smtp.LATE_SECONDS", 0.05)
    server = smtp(features=features, script=lambda step, number: time.sleep(0.3) if step == "DOT" else None)
    mailing = opened(now, crowd(5))

    def cancel_once_one_is_kept() -> bool:
        if len(server.kept) == 1:
            gate.stop(mailing, now)
        return False

    send_due(now, stopped=cancel_once_one_is_kept)
    assert len(server.kept) <= 2
    assert states(mailing)["cancelled"] >= 3


def test_the_editor_may_send_again_what_nobody_knows(now: datetime, smtp: Any) -> None:
    server = smtp(script=lambda step, number: HANG_UP if step == "DOT" and number == 1 else None)
    mailing = opened(now)
    send_due(now)
    assert states(mailing) == {"accepted": 2, "uncertain": 1}
    first = message_to("ana").message_id
    assert gate.resend_uncertain(mailing, now) == 1
    send_due(now)
    assert states(mailing) == {"accepted": 3}
    assert first.encode() in server.kept[-1].message
