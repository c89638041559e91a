from typing import Any

from service.cli.bar import bar
from service.cli.verb import Verb
from service.delivery.actions.reseal import reseal


class Command(Verb):
    help = "Seal all addresses anew with ADDRESS_KEY, while ADDRESS_KEY_OLD still opens those to come."
    noted = True

    def act(self, **options: Any) -> str:
        count = reseal(bar)
        return f"{count:,} were sealed anew, and nothing is left that needs ADDRESS_KEY_OLD: unset it, and restart."
