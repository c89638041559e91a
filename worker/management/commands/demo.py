from argparse import ArgumentParser
from typing import Any

from service.cli.verb import Verb
from worker.demo import Demo


class Command(Verb):
    help = "Show Byline at work on a sample newsroom: real feeds and a real digest, nothing leaves the machine."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do it all, then end")

    def act(self, **options: Any) -> str:
        return Demo(self.stdout.write).run(stay=not options["once"])
