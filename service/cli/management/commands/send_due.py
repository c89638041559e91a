import signal
import threading
from typing import Any

from service.cli.verb import Verb
from service.delivery.actions.send import send_due
from service.toolbox import clock
from service.toolbox.errors import ServiceError


class Command(Verb):
    help = "Hand over the messages that are due. Ctrl-C stops after the message on the wire."

    def act(self, **options: Any) -> str:
        stop = threading.Event()
        before = signal.signal(signal.SIGINT, lambda *_: stop.set())
        try:
            report = send_due(clock.now(), seconds=3600, stopped=stop.is_set)
        finally:
            signal.signal(signal.SIGINT, before)
        if report.trouble:
            raise ServiceError(report.sentence())
        return report.sentence()
