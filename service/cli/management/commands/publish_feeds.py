from typing import Any

from service.cli.verb import Verb
from service.feeds.actions.publish import publish_feeds
from service.toolbox import clock


class Command(Verb):
    help = "Write every feed that is owed."

    def act(self, **options: Any) -> str:
        return publish_feeds(clock.now(), seconds=3600).sentence()
