from typing import Any

from service.cli.verb import Verb
from service.partners.actions.hooks import call_hooks
from service.toolbox import clock


class Command(Verb):
    help = "Call partners' programs with what became of articles."

    def act(self, **options: Any) -> str:
        return f"{call_hooks(clock.now())} partners' programs took what they were owed."
