from typing import Any

from service.audience.actions import forget_unconfirmed
from service.cli.verb import Verb
from service.toolbox import clock


class Command(Verb):
    help = "Clear away what has had its time: sign-ups that nobody confirmed."

    def act(self, **options: Any) -> str:
        return f"{forget_unconfirmed(clock.now())} unconfirmed sign-ups forgotten."
