from service.cli.edition_verb import EditionVerb
from service.editions.actions.decide import resend_uncertain
from service.editions.models import Edition
from service.toolbox import clock


class Command(EditionVerb):
    help = "Send an edition again to those whose fate nobody knows; some may get it twice."
    noted = True

    def on(self, edition: Edition) -> str:
        count = resend_uncertain(edition, clock.now())
        return f"{edition.slug}: {count} messages whose fate was unknown are queued again."
