"""Gifts come in, from a file or from the payment service itself. Whoever gave is looked for by the keyed hash of
their address and by nothing else: a reader is thanked from then on, of anybody else nothing is kept. Told again,
a gift is not counted again."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from service.appeals.actions import gifts
from service.appeals.actions.calling import today
from service.appeals.rules.asking import thanked_until
from service.appeals.rules.gifts import BadGift, Given, Told, read
from service.newsroom.current import newsroom
from service.toolbox import addresses
from service.toolbox.errors import ServiceError

from .giving import thank
from .lists import table
from .lists.table import Line, Table

log = structlog.get_logger(__name__)

COUNTED, KNOWN, SET_ASIDE = "counted", "counted already", "set aside"
OUTCOMES = (COUNTED, KNOWN, SET_ASIDE)
# The first that a file has counts.
_NAMES = {
    "reference": ("id", "transaction_id", "transaction id", "payment_id", "payment id"),
    "amount": ("amount", "gross"),
    "currency": ("currency",),
    "day": ("date", "created", "created_at", "day"),
    "address": ("email", "e-mail", "email address", "customer email", "address"),
    "origin": ("from", "campaign"),
}
_NEEDED = {"reference": "id", "amount": "amount", "day": "date"}


@dataclass(frozen=True, slots=True)
class NotCounted:
    """`number` as a spreadsheet shows it; `reason` names nobody."""

    number: int
    outcome: str
    reason: str


@dataclass
class Summary:
    """What became of the rows, counted."""

    file: str
    dry: bool
    counts: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        parts = " + ".join(f"{self.counts[outcome]:,} {outcome}" for outcome in OUTCOMES)
        dry = " This was a dry run: nothing was written." if self.dry else ""
        return f"{self.file}: {self.counts.total():,} gifts = {parts}.{dry}"


def import_gifts(
    path: Path,
    now: datetime,
    *,
    currency: str = "",
    dry_run: bool = False,
    tell: Callable[[NotCounted], None] = lambda row: None,
    progress: Callable[[float], None] = lambda share: None,
) -> Summary:
    """`currency` is that of rows that don't say theirs; `tell` gets each row that is not counted. Broken off and
    run again, it goes on. Raises ServiceError for a file that is no list of gifts."""
    file = table.look(path)
    where = _columns(file, currency)
    summary, seen = Summary(path.name, dry_run), set[str]()
    if file.guessed:
        summary.remarks.append(f"{path.name} is not UTF-8; it was read as Windows-1252.")
    for line in table.lines(file):
        outcome, reason = _row(line, where, currency, seen, now, dry_run)
        summary.counts[outcome] += 1
        if outcome != COUNTED:
            tell(NotCounted(line.number, outcome, reason))
        progress(line.upto / file.size)
    log.info("gifts were imported", dry=dry_run, **{name.replace(" ", "_"): n for name, n in summary.counts.items()})
    return summary


def take_gift(event: Mapping[str, Any], now: datetime) -> str:
    """One that a program tells: `id`, `amount`, `currency`, `date`, and if known `email` and `from`. Returns what
    became of it. Raises BadGift or BadAddress."""
    names = {"reference": "id", "day": "date", "address": "email", "origin": "from"}
    words = {part: event.get(names.get(part, part)) for part in _NAMES}
    if any(isinstance(one, (bool, list, dict)) for one in words.values()):
        raise BadGift("Each part of a gift is a text or a number.")
    outcome = _take(Told(**{part: "" if one is None else str(one) for part, one in words.items()}), now)
    log.info("a gift was told", outcome=outcome)
    return outcome


def _row(
    line: Line, where: dict[str, int], currency: str, seen: set[str], now: datetime, dry_run: bool
) -> tuple[str, str]:
    """What becomes of it, and why where it is not counted."""
    if line.trouble:
        return SET_ASIDE, line.trouble
    told = {part: line.cells[at].strip() if at < len(line.cells) else "" for part, at in where.items()}
    told["currency"] = told.get("currency") or currency
    try:
        outcome = _tried(Told(**told), seen, now) if dry_run else _take(Told(**told), now)
    except ServiceError as error:
        return SET_ASIDE, str(error)
    return outcome, "" if outcome == COUNTED else "A gift of this id is counted already."


def _tried(told: Told, seen: set[str], now: datetime) -> str:
    """The same, with nothing written."""
    given, _ = _read(told, now)
    known = given.reference in seen or gifts.is_counted(given.reference)
    seen.add(given.reference)
    return KNOWN if known else COUNTED


def _take(told: Told, now: datetime) -> str:
    """Two statements that each may be done again, and that nothing in the database ties together."""
    given, mark = _read(told, now)
    months = newsroom().ask_budget.after_gift_months
    if mark and months and (until := thanked_until(given.day, months)) > today(now):
        thank(mark, until)
    return COUNTED if gifts.count(given) else KNOWN


def _read(told: Told, now: datetime) -> tuple[Given, str]:
    """And the keyed hash of whoever gave; "" where no address is told."""
    given = read(told, today(now))
    address = told.address.strip()
    return given, addresses.fingerprint(addresses.normalise(address)) if address else ""


def _columns(file: Table, currency: str) -> dict[str, int]:
    names = [name.strip().casefold() for name in file.header]
    where = {part: names.index(known[0]) for part, some in _NAMES.items() if (known := [n for n in some if n in names])}
    needed = _NEEDED if currency else {**_NEEDED, "currency": "currency"}
    missing = [name for part, name in needed.items() if part not in where]
    if missing:
        raise ServiceError(f"No column of the first row is called {', '.join(missing)}. Name the columns there.")
    return where
