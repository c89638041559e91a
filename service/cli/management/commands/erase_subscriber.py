from typing import Any

from service.audience.erasure import erase_address
from service.cli.asked import asked
from service.cli.verb import Verb
from service.toolbox import clock


class Command(Verb):
    help = "Erase one reader, for good. The address is asked for, or read from standard input."
    noted = True

    def act(self, **options: Any) -> str:
        if erase_address(asked("Address"), clock.now()):
            return "Erased. What is left is a hash that keeps the address out."
        return "Nothing was held about that address. It is kept out from now on."
