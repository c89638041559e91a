"""How far a mailing is, and what the rest waits for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, Min, OuterRef

from ..models import Batch, Mailing
from ..rules.verdicts import ACCEPTED, DEFERRED, QUEUED, REMAINING, SENDING

LOOKS_BACK = timedelta(seconds=30)
PAUSED, NEXT, PUT_OFF = "paused", "in line", "put off by a server"


@dataclass(frozen=True, slots=True)
class Progress:
    """`waiting` is how many wait for what; `rate` is messages a second lately; `next_try` is when those
    that a server put off are tried again, the earliest of them."""

    frozen: int
    counts: dict[str, int]
    candidates: int
    excluded: dict[str, int]
    waiting: dict[str, int]
    rate: float
    next_try: datetime | None

    @property
    def remaining(self) -> int:
        return sum(self.counts[state] for state in REMAINING)

    @property
    def done(self) -> float:
        """From 0 to 1."""
        return 1 - self.remaining / self.frozen if self.frozen else 1.0

    @property
    def takes(self) -> timedelta | None:
        """How long the rest will take at this pace, as far as it is not put off; None where nothing moves."""
        ready = self.remaining - self.waiting.get(PUT_OFF, 0)
        return timedelta(seconds=round(ready / self.rate)) if self.rate and ready else None


def progress(mailing: Mailing, now: datetime) -> Progress:
    """Of a frozen mailing."""
    counts = mailing.counts()
    lately = mailing.messages.filter(state=ACCEPTED, changed__gt=now - LOOKS_BACK, changed__lte=now)
    seconds = min(LOOKS_BACK, now - (mailing.opened_at or mailing.created)).total_seconds()
    return Progress(
        frozen=mailing.frozen or 0,
        counts=counts,
        candidates=mailing.candidates,
        excluded=dict(mailing.excluded),
        waiting=_waiting(mailing, counts),
        rate=lately.count() / max(1.0, seconds),
        next_try=mailing.messages.filter(state=DEFERRED).aggregate(at=Min("due_at"))["at"],
    )


def _waiting(mailing: Mailing, counts: dict[str, int]) -> dict[str, int]:
    """Only what occurs."""
    ready = counts[QUEUED]
    waiting: dict[str, int] = {}
    if mailing.state == "paused":
        waiting[PAUSED], ready = ready, 0
    reasons = mailing.batches.under_way().exclude(waits_for="").values_list("waits_for", flat=True)
    for reason in sorted(set(reasons)) if ready else []:
        batch = Batch.objects.under_way().filter(
            mailing=mailing.pk,
            waits_for=reason,
            provider=OuterRef("provider"),
            first_id__lte=OuterRef("id"),
            last_id__gte=OuterRef("id"),
        )
        waiting[reason] = mailing.messages.filter(Exists(batch), state=QUEUED).count()
        ready -= waiting[reason]
    waiting |= {NEXT: ready + counts[SENDING], PUT_OFF: counts[DEFERRED]}
    return {reason: number for reason, number in waiting.items() if number > 0}
