from argparse import ArgumentParser
from typing import Any

from service.cli.verb import Verb
from service.editions.actions.decide import find, stop
from service.toolbox import clock


class Command(Verb):
    help = "Stop an edition for good: who has not got it yet will not."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("edition", help="its slug, e.g. weekly-2026-w47-en")

    def act(self, **options: Any) -> str:
        edition = find(options["edition"])
        return f"{edition.slug} is cancelled. {stop(edition, clock.now())} readers will not get it."
