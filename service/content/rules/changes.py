"""What a new reading of an article means, and how many withdrawals may happen unasked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# A source that suddenly misses this much is more likely broken than edited.
MOST_WITHDRAWN_AT_ONCE = 5
MOST_WITHDRAWN_SHARE = 0.05
WITHDRAWALS_COUNTED_FOR = timedelta(minutes=10)
SECOND_LOOK_AFTER = timedelta(minutes=10)

SIGNIFICANT = ("update", "correction", "withdrawal", "restored", "byline", "named")
_OF_A_NAME = ("byline", "named")
_BESIDE_THE_STORY = ("fix", *_OF_A_NAME, "held", "released")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the store holds of an article now; `seen` once a reader may have seen it."""

    status: str
    fingerprint: str
    published: datetime
    seen: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """`version` "" means that nothing changed. `published` never moves once a reader saw it."""

    version: str
    status: str
    published: datetime


def decide(
    standing: Standing | None,
    fingerprint: str,
    change: str,
    published: datetime | None,
    embargo: datetime | None,
    now: datetime,
) -> Decision:
    """`change` is what the editor calls it: "", "update" or "correction". What is held stays so."""
    seen_before = standing is not None and standing.seen
    date = standing.published if standing and seen_before else (published or now)
    if standing and not seen_before and published is None:
        date = standing.published
    status = "published" if seen_before or max(date, embargo or date) <= now else "scheduled"
    if standing and standing.status == "held":
        status = "held"
    if standing is None:
        return Decision(status, status, date)
    if seen_before and standing.status == "withdrawn":
        return Decision("restored", "published", date)
    if not seen_before:  # scheduled, or taken down or held before its hour
        moved = status != standing.status or date != standing.published or fingerprint != standing.fingerprint
        version = "scheduled" if status == "held" else status
        return Decision(version if moved else "", status, date)
    if fingerprint == standing.fingerprint:
        return Decision("", status, date)
    return Decision(change or "fix", status, date)


def moves_updated(version: str, status: str) -> bool:
    """Whether readers' programs are to take it for news. A name that goes from a withdrawn story, or is
    back on it, is none: its notice would stand for another 90 days."""
    return version in SIGNIFICANT and not (version in _OF_A_NAME and status == "withdrawn")


def says_what_it_is(version: str) -> bool:
    """A small fix, or a name that goes or is back, does not make readers forget a correction."""
    return version not in _BESIDE_THE_STORY


def needs_a_person(withdrawals: int, published: int) -> bool:
    """A single one is always obeyed; more than five, or several that are over 5 %, are not."""
    if withdrawals <= 1:
        return False
    return withdrawals > MOST_WITHDRAWN_AT_ONCE or withdrawals > published * MOST_WITHDRAWN_SHARE
