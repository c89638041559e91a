from argparse import ArgumentParser
from typing import Any

from django.conf import settings

from service.cli.verb import Verb
from service.partners.actions.create import EVERYTHING, create
from service.toolbox import clock


class Command(Verb):
    help = "Begin with a partner that republishes: prints its first key, once."
    noted = True
    about = ("name",)

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the organisation, e.g. 'Diario del Sur'")
        parser.add_argument("--corrections-to", required=True, help="a mailbox that is read, for corrections")
        parser.add_argument("--language", default="", help="in which we write to it")
        parser.add_argument("--country", default="", help="ISO 3166-1, e.g. PE")
        parser.add_argument("--domain", action="append", default=[], help="where it publishes; may be repeated")
        parser.add_argument("--terms", default="", help="the version of the terms that it accepted")

    def act(self, **options: Any) -> str:
        begun = create(
            options["name"],
            options["corrections_to"],
            clock.now(),
            language=options["language"],
            country=options["country"],
            domains=tuple(options["domain"]),
            terms=options["terms"],
        )
        told = [
            f"{begun.partner} may republish.",
            f"Its key, shown this once: {begun.key}",
            f"Its feed: {settings.SITE_URL}/partners/feeds/{begun.key}/{EVERYTHING}.rss",
        ]
        if not options["terms"]:
            told.append("The key opens nothing until the terms are accepted: note that at the desk.")
        return "\n".join(told)
