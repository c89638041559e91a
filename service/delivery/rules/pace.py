"""How fast, and when again. A bucket holds tokens, one per message; it fills at so many a minute and
holds what ten seconds bring. A server that asks for patience halves the rate; each quarter of an hour
without such a word doubles it again."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .verdicts import Verdict

# RFC 5321 §4.5.4.1 asks for patience that grows, and for giving up after some days.
_WAITS = [timedelta(minutes=m) for m in (5, 15, 30, 60, 120, 240, 480)]
GIVE_UP_AFTER = timedelta(hours=72)
NO_CONNECTION_WAIT = timedelta(seconds=30)

BURST_SECONDS = 10
RECOVERS_EVERY = timedelta(minutes=15)
SLOWEST = 64.0
UNLIMITED_ONCE_SLOWED = 6000  # a minute: where nobody set a rate, this is what gets halved
SLOWS_AT_MOST_EVERY = timedelta(seconds=20)  # many connections hear the same complaint


def next_try(attempts: int, now: datetime) -> datetime:
    """`attempts` made so far, at least one."""
    return now + _WAITS[min(attempts, len(_WAITS)) - 1]


def asks_for_patience(verdict: Verdict) -> bool:
    """Too many, too fast: 421 (RFC 5321 §3.8) or 4.7.x (RFC 3463 §3.8)."""
    return verdict.code == 421 or verdict.enhanced.startswith("4.7.")


@dataclass(frozen=True, slots=True)
class Level:
    """A bucket at its last look. `per_minute` is what was set; 0 is no limit."""

    per_minute: int
    tokens: float
    filled_at: datetime
    slowed: float = 1.0
    slowed_at: datetime | None = None

    def slowness(self, now: datetime) -> float:
        """By what the rate is divided now; 1 is full speed."""
        if self.slowed_at is None:
            return 1.0
        since = max(timedelta(0), now - self.slowed_at)  # a clock may have been set back
        return max(1.0, self.slowed * math.exp2(-(since / RECOVERS_EVERY)))

    def rate(self, now: datetime) -> float:
        """Messages a second; 0 is no limit."""
        slowness = self.slowness(now)
        if not self.per_minute and slowness == 1:
            return 0.0
        return (self.per_minute or UNLIMITED_ONCE_SLOWED) / 60 / slowness

    def full(self, now: datetime) -> float:
        return max(1.0, self.rate(now) * BURST_SECONDS)

    def filled(self, now: datetime) -> float:
        """Tokens there are now."""
        seconds = max(0.0, (now - self.filled_at).total_seconds())
        if self._is_set_back(now):
            seconds = BURST_SECONDS  # how long it was, nobody knows
        return min(self.full(now), self.tokens + seconds * self.rate(now))

    def looked_at(self, now: datetime) -> datetime:
        """The later of both looks: workers' clocks differ a little. One that is far ahead was wrong."""
        return now if self._is_set_back(now) else max(now, self.filled_at)

    def _is_set_back(self, now: datetime) -> bool:
        return self.filled_at - now > timedelta(seconds=BURST_SECONDS)

    def wait(self, now: datetime) -> timedelta:
        """Until a second's worth is there again, or at least one."""
        lacking = max(1.0, self.rate(now)) - self.filled(now)
        return timedelta(seconds=max(0.2, lacking / self.rate(now)))

    def slower(self, now: datetime) -> float:
        """The new divisor, after a server asked for patience."""
        if self.slowed_at and timedelta(0) <= now - self.slowed_at < SLOWS_AT_MOST_EVERY:
            return self.slowed
        return min(SLOWEST, 2 * self.slowness(now))


def longest(loads: Sequence[tuple[int, float]], per_day: int = 0) -> timedelta | None:
    """Of so many messages at so many a minute each (0: no limit), the one that takes longest; whole days
    where only so many may leave on one. None where nothing limits them."""
    limited = [count / rate for count, rate in loads if rate]
    if not limited and not per_day:
        return None
    days = (max(count for count, _ in loads) - 1) // per_day if per_day and loads else 0
    return max(timedelta(minutes=max(limited, default=0)), timedelta(days=days))
