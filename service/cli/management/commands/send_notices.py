from typing import Any

from service.cli.verb import Verb
from service.partners.actions.telling import send_notices
from service.toolbox import clock


class Command(Verb):
    help = "Tell whoever carries an article of its correction, withdrawal or byline removal, and remind them."

    def act(self, **options: Any) -> str:
        return send_notices(clock.now()).sentence
