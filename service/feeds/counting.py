"""Counts in memory, written down every minute by a thread of its own: no request waits for the database,
and none fails because it is away."""

import multiprocessing.util
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import structlog

from .clients import OTHER, Client

log = structlog.get_logger(__name__)

FLUSH_SECONDS = 60.0
MOST_ROWS = 5_000  # between two writings; who comes beyond that is counted as "other"


class Of(NamedTuple):
    """What is counted for: a feed, a day (UTC), a kind of client. Made for each poll, so it must be cheap."""

    address: str
    day: date
    client: str


@dataclass(slots=True)
class Count:
    asked: int = 0
    unchanged: int = 0
    wasted: int = 0
    refused: int = 0
    subscribers: int = 0

    def add(self, other: "Count") -> None:
        """Subscribers are the most that were declared, not a sum."""
        self.asked += other.asked
        self.unchanged += other.unchanged
        self.wasted += other.wasted
        self.refused += other.refused
        self.subscribers = max(self.subscribers, other.subscribers)


class Counts:
    """`write` puts a batch into the database, all of it or nothing; it may raise whatever it likes. It is
    called `every` so many seconds and at the end of the program; None: only by `flush`."""

    def __init__(self, write: Callable[[dict[Of, Count]], None], every: float | None = None) -> None:
        self._write, self._every = write, every
        self._lock = threading.Lock()
        self._pending: dict[Of, Count] = {}
        self._running = self._away = False

    def add(self, address: str, day: date, client: Client, count: Count) -> None:
        count.subscribers = client.subscribers
        with self._lock:
            self._put(Of(address, day, client.name), count)
        if self._every and not self._running:
            self._start(self._every)

    def flush(self) -> None:
        """Never raises. What could not be written is kept for the next time."""
        with self._lock:
            batch, self._pending = self._pending, {}
        if not batch:
            return
        try:
            self._write(batch)
            self._away = False
        except Exception as error:
            if not self._away:
                log.warning("polls could not be written down; tried again every minute", reason=type(error).__name__)
            self._away = True
            with self._lock:
                for of, count in batch.items():
                    self._put(of, count)

    def _put(self, of: Of, count: Count) -> None:
        found = self._pending.get(of)
        if found is None and len(self._pending) >= MOST_ROWS:
            of = Of(of.address, of.day, OTHER)
            found = self._pending.get(of)
        if found is None:
            self._pending[of] = count
        else:
            found.add(count)

    def _start(self, seconds: float) -> None:
        """At the first request, so that it runs in the process that answers, not in one that forks."""
        with self._lock:
            if self._running:
                return
            self._running = True
        threading.Thread(target=self._flush_every, args=[seconds], name="polls", daemon=True).start()
        # Runs at the end of a program and, unlike atexit, of a child of multiprocessing, as granian's are.
        multiprocessing.util.Finalize(None, self.flush, exitpriority=10)

    def _flush_every(self, seconds: float) -> None:
        while True:
            time.sleep(seconds)
            self.flush()
