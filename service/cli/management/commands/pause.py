from argparse import ArgumentParser
from typing import Any

from service.cli.verb import Verb
from service.editions.actions.decide import find, pause


class Command(Verb):
    help = "Hold an edition that is being sent: nothing more of it begins until it is resumed."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("edition", help="its slug, e.g. weekly-2026-w47-en")

    def act(self, **options: Any) -> str:
        edition = find(options["edition"])
        pause(edition)
        return f"{edition.slug} is paused. What was on the wire this second may still arrive."
