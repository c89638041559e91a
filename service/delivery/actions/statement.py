"""What became of a mailing, so that anybody can add it up."""

from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import TruncMinute

from ..models import Mailing
from ..rules.minutes import Pace, pace
from ..rules.verdicts import ACCEPTED, CANCELLED, REFUSED, REMAINING, SUPPRESSED, UNCERTAIN, adds_up


@dataclass(frozen=True, slots=True)
class Statement:
    """candidates = frozen + excluded, each with its reason; frozen = accepted + refused + suppressed +
    uncertain + cancelled + remaining. `cancelled_for` splits the cancelled by reason, as long as their rows
    are kept. `pace` is when a server took them."""

    candidates: int
    excluded: dict[str, int]
    frozen: int
    counts: dict[str, int]
    cancelled_for: dict[str, int]
    pace: Pace

    @property
    def lines(self) -> list[tuple[str, int]]:
        """What `frozen` is the sum of."""
        settled = [(state, self.counts[state]) for state in (ACCEPTED, REFUSED, SUPPRESSED, UNCERTAIN, CANCELLED)]
        return [*settled, ("remaining", self.remaining)]

    @property
    def remaining(self) -> int:
        return sum(self.counts[state] for state in REMAINING)

    @property
    def adds_up(self) -> bool:
        return adds_up(self.frozen, self.counts)


def statement(mailing: Mailing) -> Statement:
    """As it is this moment, of a frozen mailing. `frozen` and all states come from one statement of SQL."""
    counts = mailing.counts()
    cancelled = mailing.messages.filter(state=CANCELLED).order_by().values_list("reason").annotate(Count("id"))
    accepted = mailing.messages.filter(state=ACCEPTED).order_by()
    minutes = accepted.annotate(minute=TruncMinute("changed")).values_list("minute").annotate(Count("id"))
    return Statement(
        candidates=mailing.candidates,
        excluded=dict(mailing.excluded),
        frozen=mailing.frozen or 0,
        counts=counts,
        cancelled_for=dict(cancelled) if counts[CANCELLED] else {},
        pace=pace(dict(minutes)),
    )
