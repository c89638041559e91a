"""A list from elsewhere comes in. Whoever left, was erased or can't be reached stays out: what the ledger
and the readers' own rows say counts, never what a file says. A dry run decides the same and writes nothing."""

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

import structlog
from django.db import IntegrityError, transaction

from service.content.models import Country, Topic
from service.delivery.actions.book import add, kept_out, rows_of
from service.newsroom.current import newsroom
from service.toolbox import addresses
from service.toolbox.errors import ServiceError
from service.toolbox.pour import pour

from .lists import columns, rows, table
from .lists.columns import Columns
from .lists.marks import Marks
from .lists.rows import IMPORTED, LEFT_THERE, OUTCOMES, SET_ASIDE, TWICE, Known, Listed, NotTaken
from .lists.table import Line, Table
from .models import Consent, Subscriber, new_key

log = structlog.get_logger(__name__)

BATCH = 5_000
TRIES = 5
DOOR = "import"


@dataclass(frozen=True, slots=True)
class Given:
    """What holds for rows that don't say otherwise. `source` says where consent was given."""

    language: str = ""
    wants: str = "weekly"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who is listed, with the address as it is kept."""

    listed: Listed
    address: str
    fingerprint: str


@dataclass
class Summary:
    """What became of the rows, counted. `remarks` are sentences about the whole file."""

    file: str
    dry: bool
    counts: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        parts = " + ".join(f"{self.counts[outcome]:,} {outcome}" for outcome in OUTCOMES)
        dry = " This was a dry run: nothing was written." if self.dry else ""
        return f"{self.file}: {sum(self.counts.values()):,} rows = {parts}.{dry}"


def import_subscribers(
    path: Path,
    given: Given,
    now: datetime,
    *,
    dry_run: bool = False,
    tell: Callable[[NotTaken], None] = lambda row: None,
    progress: Callable[[float], None] = lambda share: None,
) -> Summary:
    """`tell` gets each row that nothing comes of, `progress` the share of the file that is done. Broken off
    and run again, it goes on: whoever is in by then reads already. Raises ServiceError."""
    file = table.look(path)
    where = columns.find(file.header, path.name)
    known = _known(given, where)
    summary = Summary(path.name, dry_run, remarks=_remarks(file))
    with closing(Marks()) as gone, closing(Marks()) as seen:
        if where.tell_who_left:
            _mark_who_left(file, where, gone)
        every = table.lines(file)
        while batch := list(islice(every, BATCH)):
            listed = (rows.read(line, where, known, file.guessed, now) for line in batch)
            newcomers, not_taken = _sorted(listed, gone, seen)
            not_taken += _settled(newcomers, now, dry_run)
            summary.counts.update(row.outcome for row in not_taken)
            summary.counts[IMPORTED] += len(batch) - len(not_taken)
            for row in sorted(not_taken, key=lambda row: row.number):
                tell(row)
            progress(batch[-1].upto / file.size)
    log.info(
        "a list was imported", dry=dry_run, **{outcome.replace(" ", "_"): n for outcome, n in summary.counts.items()}
    )
    return summary


def _known(given: Given, where: Columns) -> Known:
    house = newsroom()
    if given.source or not where.source:
        rows.source_of(given.source)
    known = Known(
        languages={language.casefold(): language for language in house.languages},
        topics=_names(Topic.objects.all()),
        countries=_names(Country.objects.all()),
        language=given.language or house.language,
        wants=given.wants,
        source=given.source,
    )
    if known.language.casefold() not in known.languages:
        raise ServiceError(f"{given.language!r} is not among newsroom.toml's languages.")
    return known


def _names(things: Iterable[Topic | Country]) -> dict[str, str]:
    """From the slug and each of the names, in lower case, to the slug."""
    named = {name.casefold(): thing.slug for thing in things for name in thing.names.values()}
    return named | {thing.slug: thing.slug for thing in things}


def _remarks(file: Table) -> list[str]:
    if not file.guessed:
        return []
    return [f"{file.path.name} is not UTF-8; it was read as Windows-1252. Save it as UTF-8 if letters look wrong."]


def _mark_who_left(file: Table, where: Columns, gone: Marks) -> None:
    """Whoever left is out wherever else in the file they stand."""
    for line in table.lines(file):
        if not line.trouble and rows.says_left(line, where):
            try:
                gone.add(_mark_of(line, where))
            except addresses.BadAddress:
                continue


def _mark_of(line: Line, where: Columns) -> str:
    return addresses.fingerprint(addresses.normalise(rows.address_in(line, where)))


def _sorted(listed: Iterable[Listed | NotTaken], gone: Marks, seen: Marks) -> tuple[list[Newcomer], list[NotTaken]]:
    """By what the file alone says."""
    newcomers, not_taken = [], []
    for row in listed:
        one = row if isinstance(row, NotTaken) else _newcomer(row, gone, seen)
        if isinstance(one, NotTaken):
            not_taken.append(one)
        else:
            newcomers.append(one)
    return newcomers, not_taken


def _newcomer(row: Listed, gone: Marks, seen: Marks) -> Newcomer | NotTaken:
    try:
        address = addresses.normalise(row.address)
    except addresses.BadAddress as error:
        return NotTaken(row.number, SET_ASIDE, str(error))
    fingerprint = addresses.fingerprint(address)
    if fingerprint in gone:
        return NotTaken(row.number, LEFT_THERE, rows.SAYS_LEFT)
    if not seen.add(fingerprint):
        return NotTaken(row.number, TWICE, rows.SAYS_TWICE)
    return Newcomer(row, address, fingerprint)


def _settled(newcomers: list[Newcomer], now: datetime, dry_run: bool) -> list[NotTaken]:
    """The others become readers, all of them or none; returns those who do not. Where somebody of them
    subscribes at this instant, it is decided anew."""
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return _decided(newcomers, now, dry_run)
        except IntegrityError:
            continue
    raise ServiceError("Too many readers of this list subscribe at this moment. Run it again: it goes on from here.")


def _decided(newcomers: list[Newcomer], now: datetime, dry_run: bool) -> list[NotTaken]:
    """By what is known here of them."""
    marks = [one.fingerprint for one in newcomers]
    address_ids, out = rows_of(marks), kept_out(marks)
    readers = Subscriber.objects.filter(address__in=address_ids.values())
    status = dict(readers.values_list("address_id", "status"))
    new, not_taken = [], []
    for one in newcomers:
        known = status.get(address_ids.get(one.fingerprint, 0))
        stands = rows.standing(known, suppressed=one.fingerprint in out)
        if stands:
            not_taken.append(NotTaken(one.listed.number, *stands))
        else:
            new.append(one)
    if not dry_run:
        _write(new, address_ids, now)
    return not_taken


def _write(new: list[Newcomer], address_ids: dict[str, int], now: datetime) -> None:
    ids = address_ids | add({one.fingerprint: one.address for one in new if one.fingerprint not in address_ids})
    keyed = [(new_key(), one) for one in new]
    pour(
        Subscriber,
        ["key", "address_id", "language", "wants", "interests", "status", "created", "confirmed"],
        [_reader(key, ids[one.fingerprint], one.listed, now) for key, one in keyed],
    )
    pour(
        Consent,
        ["reader_key", "at", "what", "detail", "door"],
        [(key, now, "imported", _detail(one.listed), DOOR) for key, one in keyed],
    )


def _reader(key: str, address_id: int, listed: Listed, now: datetime) -> tuple[object, ...]:
    chosen = listed.chosen
    return (key, address_id, chosen.language, chosen.wants, chosen.interests, "active", now, listed.confirmed)


def _detail(listed: Listed) -> str:
    chosen = listed.chosen
    return f"{listed.source} ({chosen.language}, {chosen.wants}, {chosen.interests or 'all stories'})"[:500]
