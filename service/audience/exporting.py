"""The list goes out, to be kept or moved: the readers who get letters, with what they chose."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import structlog

from service.delivery.actions.book import kept_out
from service.toolbox.cells import neutral
from service.toolbox.private_file import private_file

from .models import Subscriber
from .rules import subjects_in

log = structlog.get_logger(__name__)

HEADER = ("address", "language", "wants", "topics", "countries", "confirmed_at")
BATCH = 2_000


def export_list(path: Path, progress: Callable[[float], None] = lambda share: None) -> int:
    """Into a new file that only the service's user may read. Returns how many readers it names. Raises
    ServiceError where the file is there or an address does not open; then nothing was written."""
    with private_file(path) as file:
        try:
            count = write_list(file, progress)
        except BaseException:
            path.unlink()
            raise
    return count


def write_list(file: TextIO, progress: Callable[[float], None] = lambda share: None) -> int:
    """As CSV. Returns how many readers it names. Raises ServiceError where an address does not open."""
    out, count, seen, total = csv.writer(file), 0, 0, Subscriber.objects.active().count()
    out.writerow(HEADER)
    for batch in _batches():
        stopped = kept_out(reader.address.fingerprint for reader in batch)
        getting = [reader for reader in batch if reader.address.fingerprint not in stopped]
        out.writerows(_row(reader) for reader in getting)
        count, seen = count + len(getting), seen + len(batch)
        progress(min(seen / total, 1.0) if total else 1.0)
    log.info("the list was exported", readers=count)
    return count


def _batches() -> Iterator[list[Subscriber]]:
    """Active readers by age."""
    whole = Subscriber.objects.active().select_related("address")
    last = 0
    while batch := list(whole.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk


def _row(reader: Subscriber) -> list[str]:
    topics, countries = subjects_in(reader.interests)
    confirmed = reader.confirmed.isoformat() if reader.confirmed else ""
    told = [reader.language, reader.wants, ", ".join(topics), ", ".join(countries), confirmed]
    return [neutral(cell) for cell in [reader.address.open(), *told]]
