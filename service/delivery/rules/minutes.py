"""How many messages left when: from minutes to bars that fit a page. Plain Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

STEPS = (1, 5, 15, 60, 360, 1440)  # minutes
MOST_BARS = 60


@dataclass(frozen=True, slots=True)
class Pace:
    """`bars` begin `step` apart; those without a message are among them."""

    step: timedelta
    bars: Sequence[tuple[datetime, int]]


def pace(per_minute: Mapping[datetime, int]) -> Pace:
    """From the number in each minute that had any, in steps so wide that the bars are few."""
    if not per_minute:
        return Pace(timedelta(minutes=1), ())
    first, last = min(per_minute), max(per_minute)
    span = (last - first) / timedelta(minutes=1) + 1
    step = timedelta(minutes=next((one for one in STEPS if span / one <= MOST_BARS), STEPS[-1]))
    told = [0] * (int((last - first) / step) + 1)
    for minute, count in per_minute.items():
        told[int((minute - first) / step)] += count
    return Pace(step, [(first + number * step, count) for number, count in enumerate(told)])
