from typing import Any

from service.cli.verb import Verb
from service.people.actions.deeds import check


class Command(Verb):
    help = "Prove that the log of what was done at the desk is whole and unaltered."

    def act(self, **options: Any) -> str:
        count, digest = check()
        return f"{count:,} entries, each chained to the one before. Last: {digest}"
