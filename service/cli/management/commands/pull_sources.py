from typing import Any

from service.cli.verb import Verb
from service.content.actions.pull import pull
from service.content.models import Source
from service.toolbox import clock


class Command(Verb):
    help = "Take in what every active source has published, corrected and withdrawn."

    def act(self, **options: Any) -> str:
        if not Source.objects.filter(active=True).exists():
            return "Nothing to pull: there is no active source. `byline ingest` makes one."
        reports = [pull(source, clock.now()) for source in Source.objects.filter(active=True)]
        return "\n".join(report.sentence() for report in reports)
