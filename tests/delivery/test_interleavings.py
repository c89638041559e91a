"""Two hands on the same rows, at the worst moment: nothing is forgotten, and neither waits for the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from service.delivery.actions import gate, send
from service.delivery.actions.handover import Handover, lease_time
from service.delivery.actions.journal import Journal
from service.delivery.actions.record import record
from service.delivery.actions.send import Stretch, lease, send_due
from service.delivery.models import Batch, Message, MessageQuerySet
from service.delivery.rules.verdicts import UNTOUCHED, Verdict
from service.delivery.transports.file import FileTransport

from .mailings import crowd, message_to, opened, states

pytestmark = pytest.mark.django_db(transaction=True)


class Beside:
    """`act` in a thread with a connection of its own, given a moment to come as far as it can."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self.error: Exception | None = None

        def run() -> None:
            try:
                act()
            except Exception as error:  # told where it is waited for
                self.error = error
            finally:
                connection.close()

        self._thread = threading.Thread(target=run)
        self._thread.start()
        time.sleep(0.5)

    def ended(self) -> None:
        self._thread.join(30)
        assert self.error is None


def handover_of(leased: Any, now: datetime, folder: Path) -> Handover:
    batch, allowance = leased
    journal = Journal(batch.pk, batch.token).__enter__()
    way_out = FileTransport(str(folder)).__enter__()
    return Handover(batch, allowance, way_out, Stretch(now, 60, lambda: False), journal)


def one_uncertain(now: datetime) -> Any:
    """Of two readers, in a batch that a worker still has and is about to call done."""
    mailing = opened(now, ["ana", "bruno"])
    leased = lease(now)
    Message.objects.filter(recipient_key="ana").update(state="uncertain", attempts=1)
    Message.objects.filter(recipient_key="bruno").update(state="accepted", attempts=1)
    return mailing, leased


def test_queued_again_while_a_worker_calls_its_batch_done_it_is_sent(now: datetime) -> None:
    mailing, (batch, _) = one_uncertain(now)
    with transaction.atomic():
        gate.resend_uncertain(mailing, now)
        beside = Beside(lambda: send._hand_back(batch, now))
    beside.ended()
    send_due(now)
    assert states(mailing) == {"accepted": 2}


def test_taken_back_while_another_worker_calls_its_batch_done_it_is_sent(now: datetime, tmp_path: Path) -> None:
    mailing = opened(now, ["ana", "bruno"])
    slow = handover_of(lease(now), now, tmp_path / "slow")
    window = slow._turn([], 5)
    later = now + lease_time() + timedelta(seconds=1)
    batch, _ = lease(later) or pytest.fail("nothing was due")
    assert states(mailing) == {"uncertain": 2}
    with transaction.atomic():
        assert slow._commit([(one, UNTOUCHED) for one in window], 0) == []
        beside = Beside(lambda: send._hand_back(batch, later))
    beside.ended()
    send_due(later)
    assert states(mailing) == {"accepted": 2}


def test_stopped_in_the_middle_of_a_commit_neither_waits_for_the_other(
    now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing, beside = opened(now, crowd(40)), []
    handover = handover_of(lease(now), now, tmp_path / "out")
    window = handover._turn([], 5)
    claim = handover._claim

    def stop() -> None:
        with connection.cursor() as cursor:  # as PostgreSQL does with a long list: page by page, whatever the id
            cursor.execute("SET enable_indexscan TO off; SET enable_bitmapscan TO off")
        gate.stop(mailing, now)

    def claim_late(size: int, at: datetime) -> Any:
        beside.append(Beside(stop))
        return claim(size, at)

    monkeypatch.setattr(handover, "_claim", claim_late)
    more = handover._commit([(one, Verdict("accepted", 250)) for one in window], 5)
    beside[0].ended()
    assert states(mailing) == {"accepted": 5, "sending": 5, "cancelled": 30}
    assert record(Batch.objects.get(), [(one, UNTOUCHED) for one in more], now) == 5
    assert states(mailing) == {"accepted": 5, "cancelled": 35}


def test_leased_while_it_is_being_stopped_neither_waits_for_the_other(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing, beside, cancel = opened(now, crowd(10)), [], MessageQuerySet.cancel

    def cancel_late(self: MessageQuerySet, reason: str, at: datetime) -> int:
        if not beside:
            beside.append(Beside(lambda: lease(now)))
        return cancel(self, reason, at)

    monkeypatch.setattr(MessageQuerySet, "cancel", cancel_late)
    gate.stop(mailing, now)
    beside[0].ended()
    assert states(mailing) == {"cancelled": 10}


def test_whoever_stops_it_and_dies_half_way_has_stopped_it(now: datetime, smtp: Any) -> None:
    server, mailing = smtp(), opened(now, crowd(10))
    gate.halt(mailing, now)
    send_due(now)
    assert states(mailing) == {"cancelled": 10}
    assert not server.kept
    assert not Batch.objects.under_way().exists()


def test_a_commit_that_the_database_lost_sight_of_leaves_nothing_uncertain(
    now: datetime, smtp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was done, but the worker never heard so, and went on with another window."""
    server, mailing = smtp(), opened(now, crowd(20))
    commit, calls = Handover._commit, []

    def lost(self: Handover, done: Any, size: int) -> Any:
        calls.append(size)
        window = commit(self, done, size)
        if len(calls) == 2:
            raise OperationalError("the connection went away")
        return window

    monkeypatch.setattr(Handover, "_commit", lost)
    monkeypatch.setattr("service.delivery.actions.handover._DATABASE_WAITS", (0, 0))
    send_due(now)
    send_due(now + timedelta(minutes=2))
    assert states(mailing) == {"accepted": 20}
    assert len(server.kept) == len(set(server.recipients())) == 20


def test_taken_back_twice_it_is_not_taken_from_whoever_sends_it_now(
    now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first commit came through, but the worker heard so only after its lease."""
    mailing, commit, other = opened(now, ["ana", "bruno"]), Handover._commit, []
    slow = handover_of(lease(now), now, tmp_path / "slow")
    window, later = slow._turn([], 5), now + lease_time() + timedelta(seconds=1)

    def lost(self: Handover, done: Any, size: int) -> Any:
        taken = commit(self, done, size)
        if self is slow and not other:
            other.append(handover_of(lease(later), later, tmp_path / "other"))
            assert len(other[0]._turn([], 5)) == 2
            raise OperationalError("the connection went away")
        return taken

    monkeypatch.setattr(Handover, "_commit", lost)
    slow._turn([(one, UNTOUCHED) for one in window], 0)
    assert states(mailing) == {"sending": 2}


def test_what_somebody_wished_is_not_forgotten_while_nobody_knows(now: datetime, tmp_path: Path, smtp: Any) -> None:
    mailing = opened(now, ["ana", "bruno"])
    slow = handover_of(lease(now), now, tmp_path / "slow")
    window = slow._turn([], 5)
    gate.cancel_for("ana", "changed", now)
    later = now + lease_time() + timedelta(seconds=1)
    lease(later)
    assert states(mailing) == {"uncertain": 2}
    gate.cancel_for("bruno", "changed", later)
    slow._turn([(one, UNTOUCHED) for one in window], 0)
    assert states(mailing) == {"cancelled": 2}


def test_sent_again_it_reaches_nobody_who_chose_otherwise_meanwhile(now: datetime, smtp: Any) -> None:
    mailing = opened(now, ["ana", "bruno"])
    Message.objects.update(state="uncertain", attempts=1)
    gate.cancel_for("ana", "changed", now)
    assert gate.resend_uncertain(mailing, now) == 1
    assert (message_to("ana").state, message_to("ana").reason) == ("cancelled", "changed")
    gate.stop(mailing, now)
    assert gate.resend_uncertain(mailing, now) == 0
