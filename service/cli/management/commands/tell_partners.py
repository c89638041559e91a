from typing import Any

from service.cli.verb import Verb
from service.partners.actions.tell import tell_partners
from service.toolbox import clock


class Command(Verb):
    help = "Tell partners what became of articles."

    def act(self, **options: Any) -> str:
        return tell_partners(clock.now(), seconds=3600).sentence()
