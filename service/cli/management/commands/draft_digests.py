from argparse import ArgumentParser
from typing import Any

from service.cli.verb import Verb
from service.editions.actions.draft import draft_due, draft_week
from service.toolbox import clock


class Command(Verb):
    help = "Draft the weekly digests whose hour has struck, or those of a week that is named."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--language", default="", help="only this language, e.g. en")
        parser.add_argument("--week", default="", help="by publication date, e.g. 2026-w47")

    def act(self, **options: Any) -> str:
        now, language = clock.now(), options["language"]
        week = options["week"]
        drafted = draft_week(week, now, language) if week else draft_due(now, language)
        return "\n".join(one.sentence for one in drafted)
