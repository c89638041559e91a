"""How much a partner may ask for: a bucket of as many answers as it may have in an hour, filled evenly."""

import math
from dataclasses import dataclass
from datetime import datetime

HOUR_SECONDS = 3600
WHOLE, UNCHANGED = 1.0, 0.1  # what an answer costs; a 304 reads no article


@dataclass(frozen=True, slots=True)
class Left:
    """Answers that a partner had left at that time; below 0 where some were asked for at once."""

    answers: float
    at: datetime


def refilled(left: Left, per_hour: int, now: datetime) -> float:
    seconds = max(0.0, (now - left.at).total_seconds())
    return min(float(per_hour), left.answers + seconds * per_hour / HOUR_SECONDS)


def seconds_to_wait(answers: float, per_hour: int) -> int:
    """0 where one more may be asked for."""
    if answers >= WHOLE:
        return 0
    return math.ceil((WHOLE - answers) * HOUR_SECONDS / max(1, per_hour))
