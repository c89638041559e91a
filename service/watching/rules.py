"""What is looked at, as plain values: no address, no name and nothing about one reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

CLOCK, BACKUP = "clock", "backup"
_MISSED = 3
_GRACE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Heard:
    """When `name` (a task, the clock, a backup) was last well, and how often it should be. `at` is None
    where it never was."""

    name: str
    at: datetime | None
    every: timedelta

    def age(self, now: datetime) -> timedelta | None:
        return max(timedelta(0), now - self.at) if self.at else None

    def is_late(self, now: datetime) -> bool:
        """It has missed its turn three times."""
        age = self.age(now)
        return age is None or age > _MISSED * self.every + _GRACE


@dataclass(frozen=True, slots=True)
class Owed:
    """Rows that wait for a program. `since` is when the oldest became due, None where rows don't tell."""

    queue: str
    rows: int
    since: datetime | None = None

    def age(self, now: datetime) -> timedelta:
        return max(timedelta(0), now - self.since) if self.since else timedelta(0)


@dataclass(frozen=True, slots=True)
class WayOut:
    """`name` is a large provider, or "all"; its rate is divided by `slowness` now (1: full speed)."""

    name: str
    slowness: float
    sent_today: int


@dataclass(frozen=True, slots=True)
class Disk:
    """Where `name` (a setting) lies: how much of it is free, from 0 to 1."""

    name: str
    free: float
    free_bytes: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """`letters`: of mailings under way, how many in each state; they add up to `frozen`. `frozen_lately` and
    `bounces` (by kind) are of the last seven days, `attempts` (those that failed, by state) of the last hour.
    `waiting` is what waits for a person. `skew` is how far the database's clock is ahead of ours."""

    at: datetime
    heard: tuple[Heard, ...]
    owed: tuple[Owed, ...]
    frozen: int
    letters: Mapping[str, int]
    frozen_lately: int
    attempts: Mapping[str, int]
    bounces: Mapping[str, int]
    ways_out: tuple[WayOut, ...]
    feeds: int
    feeds_built: datetime | None
    feeds_troubled: int
    waiting: Mapping[str, int]
    keys_expiring: int
    silent: bool
    skew: timedelta
    disks: tuple[Disk, ...]

    @property
    def sent_today(self) -> int:
        """Messages handed over since midnight UTC, taken or not."""
        return next((way.sent_today for way in self.ways_out if way.name == "all"), 0)

    @property
    def complaint_share(self) -> float:
        """Of the letters of seven days. Large providers begin to doubt a sender at 0.001."""
        return self._share("complaint")

    @property
    def bounce_share(self) -> float:
        """The same of those that can never be delivered."""
        return self._share("hard")

    def _share(self, kind: str) -> float:
        return self.bounces.get(kind, 0) / self.frozen_lately if self.frozen_lately else 0.0


OK, NOTE, WRONG = "ok", "note", "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence for whoever runs this: what is so and, unless all is well, what to do. `record` is a line
    of a zone file to publish, where it is about one."""

    level: str
    sentence: str
    record: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """`resolver` is HOST:PORT of the DNS server to ask; "" means this machine's own."""

    now: datetime
    resolver: str = ""
