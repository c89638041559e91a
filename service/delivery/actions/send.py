"""Handing messages over. A batch is leased with a fencing token; each message is marked `sending`
before its first byte and gets its verdict right after the server's reply, so that a process that
dies leaves at most the one message it had on the wire, and that one is named `uncertain`.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Min

from service.toolbox import tokens
from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from ..models import Batch, Mailing, Message
from ..rules import compiled
from ..rules.pace import NO_CONNECTION_WAIT, next_try
from ..rules.verdicts import (
    ACCEPTED,
    CANCELLED,
    DEFERRED,
    REMAINING,
    SENDING,
    SUPPRESSED,
    UNCERTAIN,
    WAITING,
    TransportDown,
    Verdict,
    outcome,
    without_address,
)
from ..transports import Transport, transport
from .gate import suppressed

log = structlog.get_logger(__name__)

SLICE_SECONDS = 5.0
LEASE = timedelta(minutes=6)  # longer than the slowest message: see transports/smtp.py
RENEW_AFTER = timedelta(minutes=1)


@dataclass
class Report:
    counts: Counter[str] = field(default_factory=Counter)
    trouble: str = ""

    def sentence(self) -> str:
        if self.trouble:
            return self.trouble
        told = ", ".join(f"{self.counts[name]} {name}" for name in sorted(self.counts))
        return f"Messages handed over: {told}." if told else "Nothing to send: no message is waiting."


class Stretch:
    """One run: how long it may go on, and what time it is meanwhile."""

    def __init__(self, now: datetime, seconds: float, stopped: Callable[[], bool]) -> None:
        self._now, self._seconds, self._stopped = now, seconds, stopped
        self._began = time.monotonic()

    def now(self) -> datetime:
        return self._now + timedelta(seconds=int(time.monotonic() - self._began))

    def over(self) -> bool:
        return self._stopped() or time.monotonic() - self._began > self._seconds


def send_due(now: datetime, seconds: float = SLICE_SECONDS, stopped: Callable[[], bool] = lambda: False) -> Report:
    """A slice of what is due; rings again if more is. `stopped` is asked between two messages. What
    keeps all messages from leaving is told in the report; nothing is lost or counted then."""
    report, stretch = Report(), Stretch(now, seconds, stopped)
    _expire(now, report)
    if not Batch.objects.due(now).exists():
        return report
    try:
        with transport(settings.EMAIL_URL, settings.SITE_URL) as way_out:
            while not stretch.over() and (batch := lease(stretch.now())):
                _work(batch, way_out, stretch, report)
    except ServiceError as error:
        report.trouble = str(error)
        log.warning("nothing could be handed over", trouble=report.trouble)
        Batch.objects.due(stretch.now()).update(due_at=stretch.now() + NO_CONNECTION_WAIT)
    if not stopped() and Batch.objects.due(stretch.now()).exists():
        ring("send_due")
    return report


def lease(now: datetime) -> Batch | None:
    """The next due batch, for this worker alone."""
    for batch in Batch.objects.due(now).select_related("mailing")[:5]:
        won = Batch.objects.filter(pk=batch.pk, token=batch.token).update(
            token=F("token") + 1, leased_until=now + LEASE
        )
        if won:
            batch.token, batch.leased_until = batch.token + 1, now + LEASE
            _look_over(batch, now)
            return batch
    return None


def claim(message: Message, batch: Batch, now: datetime) -> bool:
    """One guarded UPDATE: still waiting, its mailing open and in time, the batch still ours. No join
    may come into it: Django would look the guard up beforehand, and two workers could both pass."""
    ours = Batch.objects.filter(pk=batch.pk, token=batch.token)
    going = Mailing.objects.filter(pk=batch.mailing_id, state="open", not_after__gte=now)
    won = (
        Message.objects.filter(Exists(ours), Exists(going), pk=message.pk)
        .waiting()
        .update(state=SENDING, attempts=message.attempts + 1, changed=now)
    )
    message.attempts += won
    return bool(won)


def _look_over(batch: Batch, now: datetime) -> None:
    """What a worker that died had on the wire is uncertain, and stays so. What nobody may get any
    more, since it was planned, is taken out."""
    lost = batch.messages().filter(state=SENDING).update(state=UNCERTAIN, reason="", changed=now)
    if lost:
        log.warning("messages left uncertain by a worker that died", count=lost)
    waiting = batch.messages().waiting()
    waiting.filter(address=None).cancel("erased", now)
    stopped = suppressed(list(waiting.values_list("address_id", flat=True)))
    waiting.filter(address_id__in=stopped).update(state=SUPPRESSED, changed=now)


def _work(batch: Batch, way_out: Transport, stretch: Stretch, report: Report) -> None:
    # Loaded once per batch: a rendition is near 100 KB, and a batch has one or two.
    renditions = {rendition.pk: rendition for rendition in batch.mailing.renditions.all()}
    waiting = batch.messages().waiting().filter(due_at__lte=stretch.now()).order_by("id")
    try:
        for message in waiting.select_related("address"):
            if stretch.over() or not _keep(batch, stretch.now()):
                break
            message.mailing, message.rendition = batch.mailing, renditions[message.rendition_id]
            state = _hand_over(message, batch, way_out, stretch)
            report.counts.update([state] if state else [])
    finally:
        _hand_back(batch, stretch.now())


def _keep(batch: Batch, now: datetime) -> bool:
    """Renews the lease now and then. False once another worker has it."""
    if batch.leased_until and batch.leased_until - now > LEASE - RENEW_AFTER:
        return True
    batch.leased_until = now + LEASE
    return bool(Batch.objects.filter(pk=batch.pk, token=batch.token).update(leased_until=batch.leased_until))


def _hand_over(message: Message, batch: Batch, way_out: Transport, stretch: Stretch) -> str:
    """The state it ended in; "" where it was no longer ours to send. Everything that can go wrong
    here at home goes wrong before the claim."""
    if message.address is None:
        return ""
    before, recipient = message.state, message.address.open()
    letter = _bytes(message, recipient, stretch.now())
    if not claim(message, batch, stretch.now()):
        return ""
    try:
        verdict = way_out.deliver(message.rendition.sender, recipient, letter)
    except TransportDown:
        _take_back(message, batch, before, stretch.now())
        raise
    return _record(message, batch, replace(verdict, text=without_address(verdict.text, recipient)), stretch.now())


def _bytes(message: Message, recipient: str, now: datetime) -> bytes:
    rendition = message.rendition
    values = {
        name: pattern.format(token=tokens.sign(name, message.recipient_key))
        for name, pattern in rendition.links.items()
    }
    own = [
        ("To", recipient),
        ("Date", format_datetime(now)),
        ("Message-ID", message.message_id),
    ]
    if rendition.one_click:
        own.append(("List-Unsubscribe", f"<{values['unsubscribe']}>"))
    return compiled.message(bytes(rendition.compiled), own, values)


def _record(message: Message, batch: Batch, verdict: Verdict, now: datetime) -> str:
    due_at = next_try(message.attempts, now)
    with transaction.atomic():
        row = _off_the_wire(message)
        if row is None:
            return verdict.state
        row.state, row.reason = outcome(verdict, row.reason, in_time=due_at <= message.mailing.not_after)
        row.code, row.enhanced = verdict.code, verdict.enhanced
        if row.state == DEFERRED:
            row.due_at = due_at
        _save(row, batch, now)
        if verdict.state != ACCEPTED:
            row.attempts_made.create(
                at=now, state=verdict.state, code=verdict.code, enhanced=verdict.enhanced, text=verdict.text
            )
    return row.state


def _take_back(message: Message, batch: Batch, before: str, now: datetime) -> None:
    """Nothing of it was sent, so it was no attempt."""
    with transaction.atomic():
        row = _off_the_wire(message)
        if row:
            row.state, row.attempts = CANCELLED if row.reason else before, row.attempts - 1
            _save(row, batch, now)


def _off_the_wire(message: Message) -> Message | None:
    """Its row, held. Also where this worker was so slow that the message was called uncertain: what
    the server said counts more. None where its reader was erased meanwhile."""
    mine = Message.objects.select_for_update().filter(pk=message.pk, attempts=message.attempts)
    return mine.filter(state__in=[SENDING, UNCERTAIN]).first()


def _save(row: Message, batch: Batch, now: datetime) -> None:
    row.changed = now
    row.save(update_fields=["state", "reason", "due_at", "attempts", "code", "enhanced", "changed"])
    if row.state in WAITING:
        Batch.objects.filter(pk=batch.pk, done=True).update(done=False, due_at=row.due_at)


def _hand_back(batch: Batch, now: datetime) -> None:
    """Done, or due again when its next message is."""
    remaining = batch.messages().filter(state__in=REMAINING)
    due_at = remaining.aggregate(due=Min("due_at"))["due"]
    Batch.objects.filter(pk=batch.pk, token=batch.token).update(
        leased_until=None, done=due_at is None, due_at=due_at or batch.due_at
    )


def _expire(now: datetime, report: Report) -> None:
    """A mailing past its hour is not sent any more: late news is no news."""
    late = Mailing.objects.filter(state="open", not_after__lt=now, batches__done=False).distinct()
    for mailing in late:
        count = mailing.messages.all().waiting().update(state=CANCELLED, reason="expired", changed=now)
        if count:
            report.counts["expired"] += count
            log.warning("mailing was too late for some", mailing=mailing.key, count=count)
