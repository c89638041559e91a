from service.cli.edition_verb import EditionVerb
from service.editions.actions.decide import stop
from service.editions.models import Edition
from service.toolbox import clock


class Command(EditionVerb):
    help = "Stop an edition for good: who has not got it yet will not."
    noted = True

    def on(self, edition: Edition) -> str:
        return f"{edition.slug} is cancelled. {stop(edition, clock.now())} readers will not get it."
