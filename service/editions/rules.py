"""When an edition is due, what it is called, and in which order its stories stand. Plain Python."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.toolbox.errors import ServiceError

FIRST_PERIOD = timedelta(days=7)
# A story that was being taken in while the last digest was drafted counts as seen before its end.
LATE_ARRIVALS = timedelta(hours=6)
DRAFT_EXPIRES_AFTER = timedelta(hours=48)
SEND_WITHIN = timedelta(hours=72)  # of its approval; an alert: of its draft's own end
ALERT_MAX_AGE = timedelta(hours=24)
MOST_RELATED = 3
ALREADY, OWN = "already", "own"
# Characters of what an editor writes, and of the HTML that the letter becomes.
HEADLINE_MOST, STANDFIRST_MOST, SIGNED_MOST, LETTER_MOST = 200, 500, 100, 6_000
LETTER_HTML_MOST = 15_000

_WEEK = re.compile(r"(\d{4})-w(\d{2})", re.IGNORECASE)
_FEATURED = ("investigation", "feature", "interview")


@dataclass(frozen=True, slots=True)
class Hour:
    """A weekly hour as an editor chose it. `weekday` 0 is Monday; `zone` is an IANA name."""

    weekday: int
    at: time
    zone: str

    def latest(self, now: datetime) -> datetime:
        """The last time that this hour struck, `now` included. An hour that a clock change skips
        strikes when it would have; one that comes twice strikes the first time."""
        local = now.astimezone(ZoneInfo(self.zone))
        day = local.date() - timedelta(days=(local.weekday() - self.weekday) % 7)
        struck = self._on(day)
        return struck if struck <= now else self._on(day - timedelta(days=7))

    def following(self, now: datetime) -> datetime:
        """The next time that it strikes, after `now`."""
        day = self.latest(now).astimezone(ZoneInfo(self.zone)).date() + timedelta(days=7)
        return self._on(day)

    def _on(self, day: date) -> datetime:
        return datetime.combine(day, self.at, ZoneInfo(self.zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open: `start` is in it, `end` is not."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the order of stories is decided from."""

    id: str
    kind: str
    published: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a story stands: its section, and how far down in it."""

    id: str
    section: str
    position: int


def weekly_slug(moment: datetime, zone: str, language: str) -> str:
    """`weekly-2026-w47-en`: the ISO week of the local day."""
    year, week, _ = moment.astimezone(ZoneInfo(zone)).isocalendar()
    return f"weekly-{year}-w{week:02d}-{language}"


def week(text: str, zone: str) -> Period:
    """The ISO week written as `2026-w47`, Monday to Monday in that zone. Raises ServiceError."""
    match = _WEEK.fullmatch(text)
    try:
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1) if match else None
    except ValueError:
        monday = None
    if monday is None:
        raise ServiceError(f"{text!r} is not a week. Write it like 2026-w47.")
    start = datetime.combine(monday, time(), ZoneInfo(zone))
    end = datetime.combine(monday + timedelta(days=7), time(), ZoneInfo(zone))
    return Period(start.astimezone(UTC), end.astimezone(UTC))


def may_not(needed: int, by: str, approved: Sequence[str], changed: Sequence[str]) -> str:
    """Why that person can't approve: they did (ALREADY), or, where it takes two, they changed it (OWN); else ""."""
    if by in approved:
        return ALREADY
    return OWN if needed > 1 and by in changed else ""


def arrange(candidates: Sequence[Candidate], sections: Sequence[str]) -> list[Place]:
    """The newest investigation leads; other investigations, features and interviews are featured;
    analyses, briefs with news, and notes about the organization follow. Newest first in each. A kind
    whose section newsroom.toml leaves out joins the briefs, so that no story is lost."""
    newest = sorted(candidates, key=lambda one: (one.published, one.id), reverse=True)
    leads = (one.id for one in newest if one.kind == "investigation" and "latest-investigation" in sections)
    lead = next(leads, None)
    places: dict[str, list[str]] = {}
    for one in newest:
        section = _section(one.kind, one.id == lead)
        places.setdefault(section if section in sections else "briefs", []).append(one.id)
    order = [*sections, *(name for name in places if name not in sections)]
    return [Place(id, section, position) for section in order for position, id in enumerate(places.get(section, []))]


def section_of(kind: str, sections: Sequence[str]) -> str:
    """Where a story is put that comes later."""
    section = _section(kind, leads=False)
    return section if section in sections else "briefs"


def _section(kind: str, leads: bool) -> str:
    if leads:
        return "latest-investigation"
    if kind in _FEATURED:
        return "featured"
    return {"analysis": "analysis", "organization": "organization"}.get(kind, "briefs")
