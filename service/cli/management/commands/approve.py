from service.cli.edition_verb import EditionVerb
from service.editions.actions.decide import approve
from service.editions.models import Edition
from service.toolbox import clock


class Command(EditionVerb):
    help = "Approve a drafted edition, so that it goes out."
    noted = True

    def on(self, edition: Edition) -> str:
        approve(edition, "command line", clock.now())
        return f"{edition.slug} is approved and goes out."
