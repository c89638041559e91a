from argparse import ArgumentParser
from typing import Any

from service.cli.verb import Verb
from service.partners.actions.hooks import secret_of
from service.partners.models import Partner
from service.toolbox.errors import ServiceError


class Command(Verb):
    help = "Print what a partner's program checks our signatures with."
    noted = True
    about = ("partner",)

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("partner", help="its slug, e.g. diario-del-sur")

    def act(self, **options: Any) -> str:
        partner = Partner.objects.filter(slug=options["partner"]).first()
        if partner is None or not partner.hook_url:
            raise ServiceError(f"There is no partner {options['partner']!r} with a hook address. Look at the desk.")
        return secret_of(partner)
