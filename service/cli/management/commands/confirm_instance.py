from typing import Any

from service.cli.verb import Verb
from service.delivery.actions import instance
from service.toolbox import clock
from service.toolbox.bell import ring


class Command(Verb):
    help = "Let this installation send from a database that was copied or restored; no other may use it."
    noted = True

    def act(self, **options: Any) -> str:
        instance.confirm(clock.now())
        ring("send_due")
        return "Confirmed: mail that is due leaves from here."
