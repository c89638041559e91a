"""Verdicts become rows."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Case, F, Value, When

from service.toolbox import addresses

from ..models import Batch, Message
from ..rules.pace import asks_for_patience, next_try
from ..rules.verdicts import (
    ACCEPTED,
    CANCELLED,
    DEFERRED,
    REFUSED,
    SENDING,
    UNCERTAIN,
    UNTOUCHED,
    WAITING,
    Verdict,
    outcome,
    without_address,
)
from . import bounces, bulk, pace

_ON_THE_WIRE = (SENDING, UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that one worker has. `before` is the state it goes back to if it is not touched;
    `attempts` counts this one."""

    id: int
    sealed: bytes
    recipient_key: str
    rendition_id: int
    before: str
    attempts: int


Done = list[tuple[Claimed, Verdict]]


def record(batch: Batch, done: Done, now: datetime) -> int:
    """The many that were accepted in one statement, the rest one by one; the same again changes nothing.
    The batch is held. Also where the worker was so slow that a message was called uncertain: what the
    server said counts more. Returns how many were not touched."""
    accepted: dict[tuple[int, str], list[int]] = {}
    untouched = 0
    for one, verdict in done:
        if verdict.state == ACCEPTED:
            accepted.setdefault((verdict.code, verdict.enhanced), []).append(one.id)
        elif verdict == UNTOUCHED:
            untouched += 1
            _take_back(batch, one, now)
        else:
            _record_one(batch, one, verdict, now)
    for (code, enhanced), ids in accepted.items():
        bulk.accept(ids, code, enhanced, now)
    return untouched


def _record_one(batch: Batch, one: Claimed, verdict: Verdict, now: datetime) -> None:
    if verdict.text:
        verdict = replace(verdict, text=without_address(verdict.text, addresses.open_seal(one.sealed)))
    if asks_for_patience(verdict):
        pace.slow_down(batch.provider, now)
    mine = Message.objects.select_for_update(of=("self",)).filter(pk=one.id, attempts=one.attempts)
    row = mine.filter(state__in=_ON_THE_WIRE).first()
    if row is None:
        return
    due_at = next_try(row.attempts, now)
    row.state, row.reason = outcome(verdict, row.reason, in_time=due_at <= batch.mailing.not_after)
    row.code, row.enhanced, row.changed = verdict.code, verdict.enhanced, now
    row.due_at = due_at if row.state == DEFERRED else row.due_at
    row.save(update_fields=["state", "reason", "due_at", "code", "enhanced", "changed"])
    row.attempts_made.create(
        at=now, state=verdict.state, code=verdict.code, enhanced=verdict.enhanced, text=verdict.text
    )
    if row.state == REFUSED:
        bounces.refused(row, verdict, now)
    if row.state in WAITING:
        _reopen(batch, row.due_at)


def _take_back(batch: Batch, one: Claimed, now: datetime) -> None:
    """Nothing of it was sent, so it was no attempt. Whoever wanted it stopped meanwhile is obeyed."""
    mine = Message.objects.filter(pk=one.id, attempts=one.attempts, state__in=_ON_THE_WIRE)
    wished = Case(When(reason__gt="", then=Value(CANCELLED)), default=Value(one.before))
    if mine.update(state=wished, attempts=F("attempts") - 1, changed=now):
        _reopen(batch, now)


def _reopen(batch: Batch, due_at: datetime) -> None:
    """Where another worker, thinking this one dead, has called the batch done."""
    Batch.objects.filter(pk=batch.pk, done=True).update(done=False, due_at=due_at)
