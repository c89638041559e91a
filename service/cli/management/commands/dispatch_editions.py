from typing import Any

from service.cli.verb import Verb
from service.editions.actions.dispatch import dispatch_editions
from service.toolbox import clock


class Command(Verb):
    help = "Send out approved editions, tell the desk of drafts, and let old drafts expire."

    def act(self, **options: Any) -> str:
        told = dispatch_editions(clock.now(), seconds=3600)
        return "\n".join(told) or "Nothing to send: no edition is approved and waiting."
