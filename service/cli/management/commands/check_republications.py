from typing import Any

from service.cli.verb import Verb
from service.partners.actions.looking import look_again
from service.toolbox import clock


class Command(Verb):
    help = "Look at the pages that carry articles and are due for a look."

    def act(self, **options: Any) -> str:
        return look_again(clock.now()).sentence
