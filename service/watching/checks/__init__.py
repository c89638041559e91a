"""The shelf of what `byline doctor` looks at: each part one file with the same one function."""

from collections.abc import Callable, Iterator

from django.db import DatabaseError

from service.toolbox.errors import ServiceError

from ..rules import WRONG, Asked, Finding
from . import backups, configuration, disk, dns, keys, languages, mail, queues, services

Look = Callable[[Asked], Iterator[Finding]]

CHECKS: dict[str, Look] = {
    "services": services.look,
    "settings": configuration.look,
    "mail": mail.look,
    "dns": dns.look,
    "keys": keys.look,
    "queues": queues.look,
    "disk": disk.look,
    "backups": backups.look,
    "languages": languages.look,
}


def examine(asked: Asked) -> dict[str, list[Finding]]:
    """By check. What keeps one from looking is a finding, and the others look all the same."""
    return {name: _found(look, asked) for name, look in CHECKS.items()}


def _found(look: Look, asked: Asked) -> list[Finding]:
    found: list[Finding] = []
    try:
        found.extend(look(asked))
    except ServiceError as error:
        found.append(Finding(WRONG, str(error)))
    except DatabaseError as error:
        reason = str(error).splitlines()[0]
        found.append(Finding(WRONG, f"This could not be looked at: the database can't be used ({reason})."))
    return found
