"""A short torture, and the moments at which a process is worst killed. `make torture` runs the long one."""

from __future__ import annotations

import signal
import subprocess
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings

from service.delivery.actions.handover import lease_time
from service.delivery.actions.send import send_due
from service.delivery.models import Message
from service.toolbox import clock
from tests.delivery.mailings import crowd, opened, states
from tests.delivery.smtp_server import Server
from tests.delivery.test_workers import Halt, command
from tests.journeys.processes import eventually

from .torture import Torture


def test_whatever_is_killed_whenever_the_ledger_adds_up() -> None:
    with tempfile.TemporaryDirectory(prefix="byline-torture-") as name, Torture(Path(name)) as run:
        ledger = run.run(deliveries=600, blows=8)
    assert ledger.problems() == [], ledger
    assert ledger.kills.total() >= 8


@pytest.mark.django_db(transaction=True)
def test_killed_after_the_servers_yes_and_before_the_commit_the_yes_is_not_forgotten() -> None:
    """The verdicts wait for a row that the test holds; the journal has them."""
    halt = Halt("DOT", 5)
    with Server(halt) as server:
        mailing = opened(clock.now(), crowd(8))
        with command(server, "send_due") as worker:
            _kill_while_it_records(worker, server, halt)
        with override_settings(EMAIL_URL=server.url()):
            send_due(clock.now() + lease_time() + timedelta(minutes=1))
    assert states(mailing) == {"accepted": 8}
    assert len(server.recipients()) == len(set(server.recipients())) == 8


def _kill_while_it_records(worker: subprocess.Popen[str], server: Server, halt: Halt) -> None:
    assert halt.reached.wait(60)
    with transaction.atomic():
        list(Message.objects.select_for_update().filter(state="sending"))
        halt.go_on.set()
        eventually(lambda: len(server.kept) == 5 and _somebody_waits())
        worker.send_signal(signal.SIGKILL)
        worker.wait(20)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("step", "count", "uncertain"),
    [
        *(("greet", 1, 0), ("MAIL", 1, 1), ("MAIL", 3, 1), ("BODY", 2, 1), ("BODY", 3, 1)),
        *(("DOT", 3, 1), ("MAIL", 6, 1), ("DOT", 8, 1)),
    ],
)
def test_killed_before_the_claim_inside_a_message_or_after_a_commit(
    smtp: Any, step: str, count: int, uncertain: int
) -> None:
    halt = Halt(step, count)
    server, now = smtp(script=halt), clock.now()
    mailing = opened(now, crowd(8))
    with command(server, "send_due") as worker:
        assert halt.reached.wait(60)
        worker.send_signal(signal.SIGKILL)
    halt.go_on.set()
    send_due(now + lease_time() + timedelta(minutes=2))
    assert states(mailing) == {"accepted": 8 - uncertain, **({"uncertain": 1} if uncertain else {})}
    assert len(server.recipients()) == len(set(server.recipients())) >= 8 - uncertain
