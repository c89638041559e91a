"""Worker and clock as threads of this process: for the embedded service, where the broker is memory."""

import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from celery.beat import Scheduler, Service
from django.db import connections

from service.toolbox.errors import ServiceError

from .app import app

START_SECONDS = 15
STOP_SECONDS = 15


class Clock:
    """A context manager: the worker and the beat run inside it, and end with it."""

    def __enter__(self) -> Self:
        ready = threading.Event()
        app.loader.import_default_modules()
        self._worker = app.WorkController(
            ready_callback=lambda consumer: ready.set(),
            pool="threads",
            concurrency=3,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            hostname="embedded@byline",
            loglevel="WARNING",
        )
        self._worker_thread = threading.Thread(target=self._worker.start, name="worker", daemon=True)
        self._worker_thread.start()
        if not ready.wait(START_SECONDS):
            raise ServiceError("The worker did not start. Try again; if it stays so, look at the log.")
        # scheduler_cls: the default would keep its own file of the timetable on disk.
        self._beat = Service(app, scheduler_cls=Scheduler)
        self._beat_thread = threading.Thread(
            target=self._beat.start, kwargs={"embedded_process": False}, name="beat", daemon=True
        )
        self._beat_thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Lets the slice under way finish: it is at most five seconds long."""
        connections.close_all()  # an interrupted transaction of this thread would keep the workers waiting
        self._beat.stop(wait=False)
        with suppress(SystemExit):
            self._worker.stop()
        self._worker_thread.join(STOP_SECONDS)
        self._beat_thread.join(1)
