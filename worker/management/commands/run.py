from argparse import ArgumentParser
from typing import Any

from django.conf import settings

from service.cli.verb import Verb
from worker.serving import migrated, serve


class Command(Verb):
    help = "Run Byline in this one process: web, worker and clock. Ctrl-C ends it."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")

    def act(self, **options: Any) -> str:
        migrated()
        self.stdout.write(f"Byline answers on http://{options['host']}:{options['port']} ({settings.SITE_URL}).")
        serve(options["host"], options["port"])
        return "Byline has ended; nothing owed is lost."
