from argparse import ArgumentParser
from typing import Any

from django.conf import settings

from service.cli.verb import Verb
from service.people.actions.deeds import COMMAND_LINE
from service.people.actions.inviting import VALID_FOR, invite
from service.people.rules.roles import Role
from service.toolbox import clock


class Command(Verb):
    help = "Invite somebody to the desk: mails a link that works once, and prints it for the first of all."
    noted = True
    about = ("role",)

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="their mailbox")
        parser.add_argument("--role", default=str(Role.ADMINISTRATOR), choices=[str(role) for role in Role])
        parser.add_argument("--language", default="", help="of the letter, e.g. es")

    def act(self, **options: Any) -> str:
        given = {"site": settings.SITE_URL, "language": options["language"]}
        link = invite(options["email"], options["role"], COMMAND_LINE, clock.now(), **given)
        return f"Invited as {options['role']}, for {VALID_FOR.days} days, once:\n{link}"
