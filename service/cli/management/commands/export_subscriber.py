from typing import Any

from service.audience.disclosure import mail_all_to
from service.cli.asked import asked
from service.cli.verb import Verb
from service.toolbox import clock
from service.toolbox.errors import ServiceError


class Command(Verb):
    help = "Mail one reader all that is held about them. The address is asked for, or read from standard input."
    noted = True

    def act(self, **options: Any) -> str:
        if not mail_all_to(asked("Address"), clock.now()):
            raise ServiceError("No reader has that address.")
        return "It is on its way to that mailbox, and to no other."
