"""Handing messages over. A batch is leased with a fencing token; each message is marked `sending`
before its first byte and gets its verdict right after the server's reply, so that a process that
dies leaves at most the one message it had on the wire, and that one is named `uncertain`.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Min

from service.toolbox import tokens
from service.toolbox.bell import ring

from ..models import Attempt, Batch, Mailing, Message
from ..rules import compiled
from ..rules.pace import NO_CONNECTION_WAIT, next_try
from ..rules.verdicts import ACCEPTED, CANCELLED, DEFERRED, QUEUED, SENDING, UNCERTAIN, TransportDown, Verdict
from ..transports import Transport, transport

log = structlog.get_logger(__name__)

SLICE_SECONDS = 5.0
LEASE = timedelta(minutes=3)


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
    """A slice of what is due; rings again if more is. `stopped` is asked between two messages."""
    report = Report()
    _expire(now, report)
    if not Batch.objects.due(now).exists():
        return report
    ends = time.monotonic() + seconds

    def enough() -> bool:
        return stopped() or time.monotonic() > ends

    try:
        with transport(settings.EMAIL_URL, settings.SITE_URL) as way_out:
            while not enough() and (batch := _lease(now)):
                _work(batch, way_out, now, report, enough)
    except TransportDown as error:
        report.trouble = str(error)
        log.warning("mail server could not be used", trouble=str(error))
        Batch.objects.due(now).update(due_at=now + NO_CONNECTION_WAIT)
    if not stopped() and Batch.objects.due(now).exists():
        ring("send_due")
    return report


def _lease(now: datetime) -> Batch | None:
    """The next due batch, for this worker alone. A lease that ran out belonged to a worker that died:
    what it had on the wire is uncertain, and stays so."""
    for batch in Batch.objects.due(now)[:5]:
        won = Batch.objects.filter(pk=batch.pk, token=batch.token).update(
            token=F("token") + 1, leased_until=now + LEASE
        )
        if won:
            batch.token += 1
            lost = batch.messages().filter(state=SENDING).update(state=UNCERTAIN, changed=now)
            if lost:
                log.warning("messages left uncertain by a worker that died", count=lost)
            return batch
    return None


def _work(batch: Batch, way_out: Transport, now: datetime, report: Report, enough: Callable[[], bool]) -> None:
    waiting = batch.messages().filter(state__in=[QUEUED, DEFERRED], due_at__lte=now).order_by("id")
    try:
        for message in waiting.select_related("mailing", "rendition", "address"):
            if enough():
                break
            if _claim(message, batch, now):
                verdict = _deliver(message, way_out, now)
                _record(message, verdict, now)
                report.counts[verdict.state] += 1
    finally:
        _hand_back(batch, now)


def _claim(message: Message, batch: Batch, now: datetime) -> bool:
    """One guarded UPDATE: still waiting, its mailing still open, the batch still ours."""
    if not Batch.objects.filter(pk=batch.pk, token=batch.token).exists():
        return False
    return bool(
        Message.objects.filter(pk=message.pk, state__in=[QUEUED, DEFERRED], mailing__state="open").update(
            state=SENDING, attempts=F("attempts") + 1, changed=now
        )
    )


def _deliver(message: Message, way_out: Transport, now: datetime) -> Verdict:
    try:
        recipient = message.address.open()
        return way_out.deliver(message.rendition.sender, recipient, _bytes(message, recipient, now))
    except TransportDown:
        Message.objects.filter(pk=message.pk, state=SENDING).update(state=QUEUED, attempts=F("attempts") - 1)
        raise


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


def _record(message: Message, verdict: Verdict, now: datetime) -> None:
    state, reason, due_at = verdict.state, "", message.due_at
    if state == DEFERRED:
        due_at = next_try(message.attempts + 1, now)
        if due_at > message.mailing.not_after:
            state, reason = CANCELLED, "expired"
    with transaction.atomic():
        Message.objects.filter(pk=message.pk, state=SENDING).update(
            state=state,
            reason=reason,
            due_at=due_at,
            code=verdict.code,
            enhanced=verdict.enhanced,
            changed=now,
        )
        if verdict.state != ACCEPTED:
            Attempt.objects.create(
                message=message,
                at=now,
                state=verdict.state,
                code=verdict.code,
                enhanced=verdict.enhanced,
                text=verdict.text,
            )


def _hand_back(batch: Batch, now: datetime) -> None:
    """Done, or due again when its next message is."""
    remaining = batch.messages().filter(state__in=[QUEUED, DEFERRED, SENDING])
    due_at = remaining.aggregate(due=Min("due_at"))["due"]
    Batch.objects.filter(pk=batch.pk, token=batch.token).update(
        leased_until=None, done=due_at is None, due_at=due_at or batch.due_at
    )


def _expire(now: datetime, report: Report) -> None:
    """A mailing past its hour is not sent any more: late news is no news."""
    late = Mailing.objects.filter(state="open", not_after__lt=now, batches__done=False).distinct()
    for mailing in late:
        waiting = mailing.messages.filter(state__in=[QUEUED, DEFERRED])
        count = waiting.update(state=CANCELLED, reason="expired", changed=now)
        if count:
            report.counts["expired"] += count
            log.warning("mailing was too late for some", mailing=mailing.key, count=count)
