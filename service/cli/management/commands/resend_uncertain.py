from argparse import ArgumentParser
from typing import Any

from service.cli.verb import Verb
from service.editions.actions.decide import find, resend_uncertain
from service.toolbox import clock


class Command(Verb):
    help = "Send an edition again to those whose fate nobody knows; some may get it twice."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("edition", help="its slug, e.g. weekly-2026-w47-en")

    def act(self, **options: Any) -> str:
        edition = find(options["edition"])
        count = resend_uncertain(edition, clock.now())
        return f"{edition.slug}: {count} messages whose fate was unknown are queued again."
