from argparse import ArgumentParser
from typing import Any

from service.cli.verb import Verb
from service.content.actions.holding import find
from service.editions.actions import take_out
from service.people.actions.deeds import COMMAND_LINE
from service.toolbox import clock


class Command(Verb):
    help = "Hold an article: it leaves every outlet at once, without a word of why, until it is released."
    noted = True
    about = ("article", "reason")

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("article", help="its key, its id or its address")
        parser.add_argument("--reason", required=True, help="for the desk alone: whoever releases it reads it")

    def act(self, **options: Any) -> str:
        article = find(options["article"])
        taken = take_out.hold(article, COMMAND_LINE, options["reason"], clock.now())
        return "\n".join([*(one.sentence for one in taken), f"{article.title!r} is held, in every outlet."])
