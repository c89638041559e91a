"""What a row asks for, or why nothing comes of it. A reason never repeats what the row says: the report is
no second copy of the list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from service.toolbox.errors import ServiceError

from ..rules import WANTS, Choices
from .columns import Columns
from .table import UNREADABLE, Line

# What becomes of a row; their numbers add up to the rows of the file.
IMPORTED, ALREADY, TWICE = "imported", "readers already", "listed twice"
LEFT_THERE, KEPT_OUT, SET_ASIDE = "not subscribed there", "kept out", "set aside"
OUTCOMES = (IMPORTED, ALREADY, TWICE, LEFT_THERE, KEPT_OUT, SET_ASIDE)

LONGEST_SOURCE = 300
LONGEST_INTERESTS = 2000
SAYS_TWICE = "The same address stands further up."
SAYS_LEFT = "The file says that this person has left, or gets no letters."
SAYS_KEPT_OUT = "This address gets nothing from here: whoever reads there has left, or nothing arrives there."
SAYS_ALREADY = "This person reads already, and stays as they are."
SAYS_PENDING = "This person was asked to confirm, and has not yet done so."

_NETWORK_ADDRESS = re.compile(r"\b\d{1,3}(\.\d{1,3}){3}\b|([0-9a-f]{0,4}:){3,}|[0-9a-f]+::", re.IGNORECASE)
_DAY, _CLOCK = r"\d{4}-\d{2}-\d{2}", r"\d{2}:\d{2}(?::\d{2})?"
# ISO 8601; Go's time.String() as listmonk has it: "2023-05-03 10:11:12.123456 +0000 UTC".
_MOMENT = re.compile(rf"({_DAY})(?:[T ]({_CLOCK})(?:\.\d+)? ?(Z|[+-]\d{{2}}:?\d{{2}})?(?: \S+)?)?")


class NotSo(ServiceError):
    """A row that a person must look at."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a row may name here: each leads from a word in lower case (a slug, or a name) to ours. The last
    three stand in for a cell that is empty."""

    languages: Mapping[str, str]
    topics: Mapping[str, str]
    countries: Mapping[str, str]
    language: str
    wants: str
    source: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A row that can be read. `address` is as it was written."""

    number: int
    address: str
    chosen: Choices
    confirmed: datetime
    source: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A row that nothing comes of."""

    number: int
    outcome: str
    reason: str


def read(line: Line, columns: Columns, known: Known, guessed: bool, now: datetime) -> Listed | NotTaken:
    """`guessed`: the file's encoding is, so letters beyond ASCII may be others."""
    if line.trouble:
        return NotTaken(line.number, SET_ASIDE, line.trouble)
    if says_left(line, columns):
        return NotTaken(line.number, LEFT_THERE, SAYS_LEFT)
    try:
        if len(line.cells) > columns.width:
            raise NotSo("It has more cells than there are columns, so it can't be told which is which.")
        address = address_in(line, columns)
        if not address.isascii() and (guessed or UNREADABLE in address):
            raise NotSo("Its address has letters that can't be read for certain. Save the file as UTF-8.")
        chosen = _choices(line, columns, known)
        confirmed = _confirmed(_cell(line, columns.confirmed), now)
        source = source_of(_cell(line, columns.source) or known.source)
        return Listed(line.number, address, chosen, confirmed, source)
    except NotSo as error:
        return NotTaken(line.number, SET_ASIDE, str(error))


def says_left(line: Line, columns: Columns) -> bool:
    if columns.all_left or _cell(line, columns.left_if_filled):
        return True
    return any(_cell(line, (at,)).casefold() not in words for at, words in columns.stays_if)


def address_in(line: Line, columns: Columns) -> str:
    """Without the apostrophe that keeps spreadsheets from reading a cell as a formula."""
    return _cell(line, columns.address).removeprefix("'")


def source_of(text: str) -> str:
    """In one line. Raises NotSo: where consent was given is kept as it is, so it may name nobody."""
    told = " ".join(text.split())
    if not told:
        raise NotSo("Nothing says where this person gave consent. Fill the column source, or give --source.")
    if "@" in told or _NETWORK_ADDRESS.search(told):
        raise NotSo("Where consent was given names a mail or network address. Say it without.")
    if len(told) > LONGEST_SOURCE or not told.isprintable():
        raise NotSo(f"Where consent was given takes more than {LONGEST_SOURCE} letters, or some that can't be shown.")
    return told


def standing(status: str | None, *, suppressed: bool) -> tuple[str, str] | None:
    """Outcome and reason for somebody whom we know; None where nothing speaks against them."""
    if suppressed or status == "unsubscribed":
        return KEPT_OUT, SAYS_KEPT_OUT
    if status is None:
        return None
    return ALREADY, SAYS_PENDING if status == "pending" else SAYS_ALREADY


def _choices(line: Line, columns: Columns, known: Known) -> Choices:
    word = (_cell(line, columns.language) or known.language).casefold()
    language = known.languages.get(word) or known.languages.get(re.split("[-_]", word)[0])  # es-MX
    if language is None:
        raise NotSo(f"Its language is none of ours ({', '.join(known.languages.values())}).")
    wants = (_cell(line, columns.wants) or known.wants).casefold()
    if wants not in WANTS:
        raise NotSo(f"What it wants is none of {', '.join(WANTS)}.")
    topics = _slugs(_cell(line, columns.topics), known.topics, "topics")
    countries = _slugs(_cell(line, columns.countries), known.countries, "countries")
    chosen = Choices(language, wants, topics, countries)
    if len(chosen.interests) > LONGEST_INTERESTS:
        raise NotSo("It names more topics and countries than can be kept. Name none: that is all stories.")
    return chosen


def _slugs(cell: str, known: Mapping[str, str], what: str) -> tuple[str, ...]:
    names = {name.strip().casefold() for name in re.split("[,;|]", cell)} - {""}
    if not names <= known.keys():
        raise NotSo(f"One of its {what} is none of ours. Write the slugs, with commas between.")
    return tuple(sorted({known[name] for name in names}))


def _confirmed(cell: str, now: datetime) -> datetime:
    """UTC where the cell does not say; `now` where it says nothing."""
    if not cell:
        return now
    found = _MOMENT.fullmatch(cell)
    try:
        day, clock, zone = found.groups() if found else ("", "", "")
        moment = datetime.fromisoformat(f"{day}T{clock or '00:00'}{zone or '+00:00'}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotSo("When it was confirmed is no day or time like 2026-11-24 15:00:00.") from None
    if moment > now:
        raise NotSo("When it was confirmed has not come yet.")
    return moment


def _cell(line: Line, positions: tuple[int, ...]) -> str:
    """The first that is filled, or ""."""
    for at in positions:
        if at < len(line.cells) and (text := line.cells[at].strip()):
            return text
    return ""
