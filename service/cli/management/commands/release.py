from argparse import ArgumentParser
from typing import Any

from service.cli.verb import Verb
from service.content.actions.holding import find, release
from service.toolbox import clock


class Command(Verb):
    help = "Release an article that is held: every outlet carries it again."
    noted = True
    about = ("article",)

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("article", help="its key, its id or its address")

    def act(self, **options: Any) -> str:
        article = find(options["article"])
        release(article, clock.now())
        return f"{article.title!r} is released. A letter that was paused for it waits for `byline resume`."
