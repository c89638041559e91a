from argparse import ArgumentParser
from typing import Any

from service.cli.verb import Verb
from service.editions.actions.decide import approve, find
from service.toolbox import clock


class Command(Verb):
    help = "Approve a drafted edition, so that it goes out."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("edition", help="its slug, e.g. weekly-2026-w47-en")

    def act(self, **options: Any) -> str:
        edition = find(options["edition"])
        approve(edition, "command line", clock.now())
        return f"{edition.slug} is approved and goes out."
