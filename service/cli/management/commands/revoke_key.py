from argparse import ArgumentParser
from typing import Any

from service.cli.verb import Verb
from service.partners.actions.keys import revoke
from service.partners.models import Key
from service.toolbox import clock
from service.toolbox.errors import ServiceError


class Command(Verb):
    help = "Revoke a partner's key: from this moment on it opens nothing."
    noted = True
    about = ("prefix",)

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("prefix", help="the eight characters that name it, as the desk shows them")

    def act(self, **options: Any) -> str:
        key = Key.objects.select_related("partner").filter(prefix=options["prefix"]).first()
        if key is None:
            raise ServiceError(f"There is no key {options['prefix']!r}. The desk lists them.")
        revoke(key, clock.now())
        return f"Key {key.prefix} of {key.partner} is revoked."
