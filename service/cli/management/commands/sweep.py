from typing import Any

from service.audience import retention
from service.cli.verb import Verb
from service.toolbox import clock


class Command(Verb):
    help = "Clear away what has had its time, as /privacy says, and tell how many of what."

    def act(self, **options: Any) -> str:
        return retention.sentence(retention.sweep(clock.now()))
