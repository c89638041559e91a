from service.cli.edition_verb import EditionVerb
from service.editions.actions.decide import pause
from service.editions.models import Edition


class Command(EditionVerb):
    help = "Hold an edition that is being sent: nothing more of it begins until it is resumed."
    noted = True

    def on(self, edition: Edition) -> str:
        pause(edition)
        return f"{edition.slug} is paused. What was on the wire this second may still arrive."
