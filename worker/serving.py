"""Web, worker and clock in one process, until somebody ends it."""

import signal
import threading

from django.core.management import call_command
from waitress.server import create_server

from service.toolbox.errors import ServiceError

from .embedded import Clock

WEB_THREADS = 8


def migrated() -> None:
    """The database as this version needs it. Raises ServiceError where it can't be reached."""
    from django.db import OperationalError

    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        raise ServiceError(f"The database can't be used ({error}). Look at DATABASE_URL.") from error


def serve(host: str, port: int) -> None:
    """Blocks until SIGINT or SIGTERM; then lets the slices under way finish."""
    from service.wsgi import application

    try:
        server = create_server(application, host=host, port=port, threads=WEB_THREADS, ident="")
    except OSError as error:
        raise ServiceError(f"Port {port} can't be used ({error.strerror}). Give another with --port.") from error
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    threading.Thread(target=server.run, name="web", daemon=True).start()
    with Clock():
        ended.wait()
    server.close()
