from service.cli.edition_verb import EditionVerb
from service.editions.actions.decide import resume
from service.editions.models import Edition


class Command(EditionVerb):
    help = "Go on sending a paused edition from where it stood."
    noted = True

    def on(self, edition: Edition) -> str:
        resume(edition)
        return f"{edition.slug} goes on."
