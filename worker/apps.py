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

    impatient = {**app.conf.broker_transport_options, "socket_connect_timeout": CONNECT_SECONDS}
    try:
        with app.connection_for_write(transport_options=impatient) as connection:
            app.send_task(work, connection=connection, retry=False, expires=EXPIRES_SECONDS)
        _away.clear()
    except Exception as error:  # whatever the broker does, the caller goes on
        if not _away.is_set():
            _away.set()
            log.warning("broker could not be reached; the next beat will find the work", reason=str(error))


_away = threading.Event()
