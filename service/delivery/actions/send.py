"""Sending what is due: batches are leased with a fencing token, and each of several connections hands
one over at a time (handover.py)."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Min, QuerySet

from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from ..models import Batch, BatchQuerySet, Mailing, Message
from ..rules.pace import NO_CONNECTION_WAIT
from ..rules.verdicts import DEFERRED, QUEUED, REMAINING, SENDING, UNCERTAIN, TransportDown
from ..transports import Transport, transport
from . import gate, instance, pace
from .handover import Handover, lease_time
from .journal import Journal, LeftBehind
from .record import Claimed, record
from .stretch import Stretch

log = structlog.get_logger(__name__)

SLICE_SECONDS = 5.0
URGENT = 1
SERVER, SETTING = "mail server", "setting: see log"


@dataclass
class Report:
    counts: Counter[str] = field(default_factory=Counter)
    trouble: str = ""

    def sentence(self) -> str:
        if self.trouble:
            return self.trouble
        told = ", ".join(f"{self.counts[name]} {name}" for name in sorted(self.counts))
        return f"Messages handed over: {told}." if told else "Nothing to send: no message is waiting."


def send_due(now: datetime, seconds: float = SLICE_SECONDS, stopped: Callable[[], bool] = lambda: False) -> Report:
    """A slice of what is due; rings again if more is. `stopped` is asked between two messages. What
    keeps all messages from leaving is told in the report; nothing is lost or counted then."""
    report, stretch = Report(), Stretch(now, seconds, stopped)
    _expire(now, report)
    batches = Batch.objects.due(now).count()
    if not batches:
        return report
    try:
        instance.check(now)
    except ServiceError as error:
        report.trouble = str(error)
        log.error("nothing may leave", trouble=report.trouble)
        return report
    Crew(min(batches, settings.MAIL_CONNECTIONS), lambda on_slow: _carry(stretch, report, on_slow)).work()
    if not stopped() and Batch.objects.due(stretch.now()).exists():
        ring("send_due")
    return report


def lease(now: datetime) -> tuple[Batch, int] | None:
    """The next due batch, for this worker alone, and how many messages of it may leave now. What may
    not leave yet is put off with the reason."""
    passed: set[int] = set()
    while batch := _first_due(now, passed):
        with transaction.atomic():
            if not _win(batch, now):
                passed.add(batch.pk)  # another worker has it
                continue
            _look_over(batch, now)
            ready = batch.messages().waiting().filter(due_at__lte=now).count()
            grant = pace.charge(batch.provider, ready, now, urgent=batch.priority <= URGENT) if ready else None
            if grant and not grant.count:
                Batch.objects.filter(pk=batch.pk).update(leased_until=None)
        # Not within: whoever stops a mailing holds it, and then wants its batches.
        Mailing.objects.filter(pk=batch.mailing_id).update(served_at=now)
        if grant is None or grant.count:
            return batch, grant.count if grant else 0
        _put_off(_alike(batch, grant, now), now + grant.wait, grant.reason)
    return None


def _first_due(now: datetime, passed: set[int]) -> Batch | None:
    return Batch.objects.due(now).exclude(pk__in=passed).select_related("mailing").first()


def _win(batch: Batch, now: datetime) -> bool:
    won = Batch.objects.filter(pk=batch.pk, token=batch.token).update(
        token=F("token") + 1, leased_until=now + lease_time(), waits_for=""
    )
    batch.token += won
    return bool(won)


def _alike(batch: Batch, grant: pace.Grant, now: datetime) -> BatchQuerySet:
    """It, and all that would only be told the same: thousands would ask in turn, and again a second later.
    What a dead worker had, or what is stopped, has more to ask for."""
    idle = Batch.objects.due(now).filter(leased_until=None, mailing__state="open", priority__gte=batch.priority)
    return idle.filter(provider=grant.provider) if grant.provider else idle


def _put_off(batches: BatchQuerySet, due_at: datetime, waits_for: str) -> None:
    with transaction.atomic():
        free = batches.order_by("id").select_for_update(of=("self",), skip_locked=True)
        ids = list(free.values_list("id", flat=True))
        Batch.objects.filter(pk__in=ids).update(due_at=due_at, waits_for=waits_for)


def _look_over(batch: Batch, now: datetime) -> None:
    """A worker died: its journal tells what became of the messages it had. What was on the wire is
    uncertain, and stays so."""
    left = LeftBehind(batch.pk, batch.token - 1)
    transaction.on_commit(left.forget)
    lost = list(batch.messages().filter(state=SENDING).select_related("address"))
    if lost:
        done = [(_claimed(row), left.verdict(row.pk)) for row in lost]
        record(batch, done, now)
        unknown = sum(verdict.state == UNCERTAIN for _, verdict in done)
        log.warning("a worker died", uncertain=unknown, taken_up=len(done))
    if batch.mailing.state == "stopped":  # whoever stopped it may have died half way
        batch.messages().waiting().cancel("stopped", now)


def _claimed(row: Message) -> Claimed:
    sealed = bytes(row.address.sealed) if row.address else b""
    before = DEFERRED if row.attempts > 1 else QUEUED
    return Claimed(row.pk, sealed, row.recipient_key, row.rendition_id, before, row.attempts)


class Crew:
    """Connections at work: one, and as many more as there may be once the server takes its time."""

    def __init__(self, most: int, carry: Callable[[Callable[[], None]], None]) -> None:
        self._most, self._carry = most, carry
        self._pool: ThreadPoolExecutor | None = None
        self._working: list[Future[None]] = []
        self._once = threading.Lock()

    def work(self) -> None:
        try:
            self._carry(self.more)
        finally:
            for one in self._working:
                one.result()
            if self._pool:
                self._pool.shutdown()

    def more(self) -> None:
        """All the others, in threads with a database connection each."""
        if self._most > 1 and self._once.acquire(blocking=False):
            self._pool = ThreadPoolExecutor(self._most - 1, "mail")
            self._working = [self._pool.submit(self._alone) for _ in range(self._most - 1)]

    def _alone(self) -> None:
        try:
            self._carry(lambda: None)
        finally:
            connection.close()


def _carry(stretch: Stretch, report: Report, on_slow: Callable[[], None]) -> None:
    """Batch after batch over one connection."""
    try:
        with transport(settings.EMAIL_URL, settings.SITE_URL) as way_out:
            while not stretch.over() and (leased := lease(stretch.now())):
                _hand_over(*leased, way_out, stretch, report, on_slow)
    except ServiceError as error:
        report.trouble = str(error)
        log.warning("nothing could be handed over", trouble=report.trouble)
        why = SERVER if isinstance(error, TransportDown) else SETTING
        _put_off(Batch.objects.due(stretch.now()), stretch.now() + NO_CONNECTION_WAIT, why)


def _hand_over(
    batch: Batch, allowance: int, way_out: Transport, stretch: Stretch, report: Report, on_slow: Callable[[], None]
) -> None:
    handover = None
    try:
        with Journal(batch.pk, batch.token) as journal:
            handover = Handover(batch, allowance, way_out, stretch, journal, on_slow)
            handover.run()
    finally:
        report.counts.update(handover.counts if handover else {})
        pace.give_back(batch.provider, handover.left if handover else allowance, stretch.now())
        _hand_back(batch, stretch.now())


def _hand_back(batch: Batch, now: datetime) -> None:
    """Done, or due again when its next message is."""
    with transaction.atomic():
        if batch.hold() != batch.token:
            return
        due_at = batch.messages().filter(state__in=REMAINING).aggregate(due=Min("due_at"))["due"]
        Batch.objects.filter(pk=batch.pk).update(leased_until=None, done=due_at is None, due_at=due_at or batch.due_at)


def _expire(now: datetime, report: Report) -> None:
    """A mailing past its hour is not sent any more: late news is no news."""
    for mailing in _too_late(now):
        count = gate.stop(mailing, now, "expired")
        if count:
            report.counts["expired"] += count
            log.warning("mailing was too late for some", mailing=mailing.key, count=count)


def _too_late(now: datetime) -> QuerySet[Mailing]:
    late = Mailing.objects.filter(state__in=["open", "paused"], not_after__lt=now)
    return late.filter(pk__in=Batch.objects.under_way().values("mailing"))
