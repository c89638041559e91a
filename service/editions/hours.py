"""When alerts may leave, which of those that wait goes first, and which the digest tells instead. Plain Python."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LATE, DIGEST = "late", "digest"
"""Why an alert is left to the digest: older than it may be when its turn comes; the digest comes before that."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begin`, included, to `end`, not included; `end` may be the next day's. An hour that a clock change
    skips strikes when it would have; one that comes twice strikes the first time."""

    begin: time
    end: time
    zone: str

    def until(self, now: datetime) -> datetime | None:
        """When they end; None outside of them."""
        today = now.astimezone(ZoneInfo(self.zone)).date()
        for day in (today - timedelta(days=1), today):
            last_day = day if self.begin < self.end else day + timedelta(days=1)
            end = self._struck(last_day, self.end)
            if self._struck(day, self.begin) <= now < end:
                return end
        return None

    def _struck(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, ZoneInfo(self.zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Discipline:
    """What keeps the alerts of a language apart: `every` is the least time between two."""

    quiet: QuietHours | None = None
    every: timedelta = timedelta(0)

    def opens(self, last: datetime | None, now: datetime) -> datetime:
        """The first moment from `now` on at which one may leave, the last one having left at `last`."""
        ready = max(now, last + self.every) if last else now
        return (self.quiet and self.quiet.until(ready)) or ready

    def is_quiets_end(self, at: datetime) -> bool:
        return self.quiet is not None and self.quiet.until(at - timedelta(microseconds=1)) == at


@dataclass(frozen=True, slots=True)
class Waiting:
    """An alert that nobody let go yet."""

    id: int
    kind: str
    published: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """`at` is when that alert goes; `left` is LATE or DIGEST where it does not, else ""."""

    id: int
    at: datetime
    left: str


def turns(
    waiting: Sequence[Waiting],
    kinds: Sequence[str],
    discipline: Discipline,
    last: datetime | None,
    digest: datetime | None,
    now: datetime,
) -> Iterator[Turn]:
    """Of the alerts of one language, in the order in which they go: the kind that stands first in `kinds` before
    the others, and of one kind the newest. `digest` is when the next one is drafted."""
    rank = {kind: number for number, kind in enumerate(kinds)}
    newest = sorted(waiting, key=lambda one: (one.published, one.id), reverse=True)
    for one in sorted(newest, key=lambda one: rank.get(one.kind, len(rank))):
        at = discipline.opens(last, now)
        left = _left(one, at, digest) if at > now else ""
        if not left:
            last = at
        yield Turn(one.id, at, left)


def _left(one: Waiting, at: datetime, digest: datetime | None) -> str:
    if at >= one.not_after:
        return LATE
    return DIGEST if digest and digest <= at else ""
