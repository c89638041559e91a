"""Connects the bell to Celery, in every process: the web's too."""

import threading
from typing import Any

import structlog
from django.apps import AppConfig

log = structlog.get_logger(__name__)

CONNECT_SECONDS = 0.2
EXPIRES_SECONDS = 60


class WorkerConfig(AppConfig):
    name = "worker"
    label = "worker"

    def ready(self) -> None:
        from service.toolbox.bell import rung

        rung.connect(nudge, dispatch_uid="worker.nudge")


def nudge(work: str, **_: Any) -> None:
    """Never fails or delays its caller: a broker that is away costs one beat, and is logged once."""
    from .app import app

    try:
        with app.connection_for_write(connect_timeout=CONNECT_SECONDS) as connection:
            connection.ensure_connection(max_retries=1, timeout=CONNECT_SECONDS, reraise_as_library_errors=True)
            app.send_task(work, connection=connection, retry=False, expires=EXPIRES_SECONDS)
        _away.clear()
    except Exception as error:  # noqa: BLE001 - whatever the broker does, the caller goes on
        if not _away.is_set():
            _away.set()
            log.warning("broker could not be reached; the next beat will find the work", reason=str(error))


_away = threading.Event()
