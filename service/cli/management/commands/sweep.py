from typing import Any

from service.audience import retention
from service.cli.verb import Verb
from service.editions.actions.asking import note_all_asked
from service.partners.actions import retention as partners
from service.people.actions import retention as people
from service.toolbox import clock


class Command(Verb):
    help = "Clear away what has had its time, as /privacy says, and tell how many of what."

    def act(self, **options: Any) -> str:
        now = clock.now()
        note_all_asked(now)
        return retention.sentence({**retention.sweep(now), **partners.sweep(now), **people.sweep(now)})
