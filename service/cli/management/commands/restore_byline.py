from argparse import ArgumentParser
from typing import Any

from service.cli.verb import Verb
from service.content.actions.bylines import authors_called, restore_byline
from service.toolbox import clock


class Command(Verb):
    help = "Name an author again whose name was removed."
    noted = True
    about = ("author",)

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("author", help="the whole name, or the slug of the author's feed")

    def act(self, **options: Any) -> str:
        count = sum(restore_byline(author, clock.now()) for author in authors_called(options["author"]))
        return f"The name stands again on {count} articles." if count else "The name was not withheld."
