from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User

from service.cli.edition_verb import EditionVerb
from service.editions.actions.breaking import call_breaking, take_back
from service.editions.actions.decide import find
from service.editions.models import Edition
from service.people.actions.rights import rights
from service.people.rules.roles import Right
from service.toolbox import clock
from service.toolbox.errors import ServiceError


class Command(EditionVerb):
    help = "Call an alert breaking: with the second person's name it goes out at once, whatever the hour."
    noted = True
    about = ("edition", "by", "back")

    def arguments(self, parser: ArgumentParser) -> None:
        super().arguments(parser)
        parser.add_argument("--by", required=True, metavar="NAME", help="who calls it: a user who may publish")
        parser.add_argument("--back", action="store_true", help="take that person's call back")

    def act(self, **options: Any) -> str:
        self._by, self._back = _publisher(options["by"]), options["back"]
        return self.on(find(options["edition"]))

    def on(self, edition: Edition) -> str:
        if self._back:
            take_back(edition, self._by, clock.now())
            return f"{self._by} no longer calls {edition.slug} breaking."
        names = call_breaking(edition, self._by, clock.now())
        if len(names) == 1:
            return f"{self._by} calls {edition.slug} breaking; it waits for a second name."
        return f"{' and '.join(names)} call {edition.slug} breaking; it waits for no hour any more."


def _publisher(name: str) -> str:
    user = User.objects.filter(username=name).first()
    if user is None or Right.PUBLISH not in rights(user):
        raise ServiceError(f"{name!r} is nobody who may publish.")
    return user.username
