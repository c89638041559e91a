from argparse import ArgumentParser
from typing import Any

from service.cli.verb import Verb
from service.editions.actions.decide import find, resume


class Command(Verb):
    help = "Go on sending a paused edition from where it stood."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("edition", help="its slug, e.g. weekly-2026-w47-en")

    def act(self, **options: Any) -> str:
        edition = find(options["edition"])
        resume(edition)
        return f"{edition.slug} goes on."
