from typing import Any

from service.cli.verb import Verb
from service.feeds.actions.push import push_feeds
from service.toolbox import clock


class Command(Verb):
    help = "Tell the hub of every feed that has changed since it was told."

    def act(self, **options: Any) -> str:
        return push_feeds(clock.now(), seconds=3600).sentence()
