"""Several workers at once, workers that die, workers that are too slow: nobody gets two, nobody is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from service.delivery.actions.gate import stop
from service.delivery.actions.handover import Handover, lease_time
from service.delivery.actions.journal import Journal
from service.delivery.actions.plan import freeze, plan
from service.delivery.actions.send import Stretch, lease, send_due
from service.delivery.models import Batch, Message
from service.delivery.transports.file import FileTransport
from service.toolbox import clock

from .mailings import crowd, message_to, opened, planned, recipients, states
from .smtp_server import Server
from .threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]


def command(server: Server, *words: str) -> subprocess.Popen[str]:
    """`byline …` as a process of its own, on this test's database."""
    place = connection.settings_dict
    database = f"postgres://{place['USER']}@{place['HOST']}:{place['PORT']}/{place['NAME']}"
    return subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database, "EMAIL_URL": server.url()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


class Halt:
    """A script whose server stands still at one step, until told to go on."""

    def __init__(self, step: str, count: int) -> None:
        self._where = (step, count)
        self.reached, self.go_on = threading.Event(), threading.Event()

    def __call__(self, step: str, count: int) -> str | None:
        if (step, count) == self._where:
            self.reached.set()
            assert self.go_on.wait(60)
        return None


def hand_over(leased: Any, now: datetime, folder: Path) -> dict[str, int]:
    batch, allowance = leased
    with FileTransport(str(folder)) as out, Journal(batch.pk, batch.token) as journal:
        handover = Handover(batch, allowance, out, Stretch(now, 60, lambda: False), journal)
        handover.run()
    return handover.counts


def test_two_workers_at_once_send_each_message_once(now: datetime, smtp: Any) -> None:
    server = smtp()
    first, second = opened(now, crowd(40), "first"), opened(now, crowd(30), "second")
    at_once(*[lambda: send_due(now)] * 4)
    send_due(now)
    assert states(first) == {"accepted": 40}
    assert states(second) == {"accepted": 30}
    assert len(server.kept) == 70


def test_only_one_worker_gets_a_lease(now: datetime) -> None:
    opened(now, ["ana"])
    leases = at_once(*[lambda: lease(now)] * 6)
    assert len([batch for batch in leases if batch]) == 1


def test_a_worker_whose_lease_another_has_may_not_send(now: datetime, tmp_path: Path) -> None:
    opened(now, ["ana"])
    stale = lease(now)
    later = now + lease_time() + timedelta(seconds=1)
    fresh = lease(later)
    assert hand_over(stale, later, tmp_path / "stale") == {}
    assert hand_over(fresh, later, tmp_path / "fresh") == {"accepted": 1}
    assert not list((tmp_path / "stale").glob("*.eml"))


def test_planners_at_once_plan_each_reader_once(now: datetime) -> None:
    mailing, names = planned(now, []), crowd(2500)

    def act() -> int:
        plan(mailing, recipients(names), now)
        return freeze(mailing, now)

    recipients(names)
    assert at_once(act, act, act) == [2500] * 3
    assert states(mailing) == {"queued": 2500}
    assert Batch.objects.count() == 5


def test_frozen_and_stopped_at_once_nothing_is_left_waiting(now: datetime) -> None:
    for number in range(8):
        mailing = planned(now, crowd(5), f"mailing{number}")
        at_once(lambda: freeze(mailing, now), lambda: stop(mailing, now))  # noqa: B023
        assert states(mailing) == {"cancelled": 5}


def test_without_a_journal_a_dead_workers_message_is_uncertain_and_the_rest_goes_out(now: datetime, smtp: Any) -> None:
    server, mailing = smtp(), opened(now)
    assert lease(now)
    Message.objects.filter(recipient_key="ana").update(state="sending", attempts=1)
    assert send_due(now + timedelta(seconds=30)).sentence().startswith("Nothing to send")
    send_due(now + lease_time() + timedelta(seconds=1))
    assert states(mailing) == {"accepted": 2, "uncertain": 1}
    assert message_to("ana").state == "uncertain"
    assert server.recipients() == ["bruno@readers.example", "carla@readers.example"]


def test_stopped_with_ctrl_c_and_run_again_nobody_gets_two(smtp: Any) -> None:
    halt = Halt("BODY", 3)
    server = smtp(script=halt)
    mailing = opened(clock.now(), crowd(8))
    with command(server, "send_due") as worker:
        assert halt.reached.wait(60)
        worker.send_signal(signal.SIGINT)
        halt.go_on.set()
        assert worker.communicate(timeout=60)[0] == "Messages handed over: 3 accepted.\n"
    assert states(mailing) == {"accepted": 3, "queued": 5}
    with command(server, "send_due") as again:
        assert again.communicate(timeout=60)[0] == "Messages handed over: 5 accepted.\n"
    assert states(mailing) == {"accepted": 8}
    assert len(server.recipients()) == len(set(server.recipients())) == 8


def test_a_worker_too_slow_for_its_lease_still_tells_what_the_server_said(now: datetime, smtp: Any) -> None:
    halt = Halt("DOT", 1)
    server = smtp(script=halt)
    mailing = opened(now, ["ana", "bruno"])
    slow = threading.Thread(target=lambda: (send_due(now), connection.close()))
    slow.start()
    assert halt.reached.wait(60)
    send_due(now + lease_time() + timedelta(minutes=1))
    assert states(mailing) == {"uncertain": 2}
    halt.go_on.set()
    slow.join(60)
    send_due(now + lease_time() + timedelta(minutes=2))
    assert states(mailing) == {"accepted": 2}
    assert len(server.kept) == 2
