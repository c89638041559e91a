"""The one way in for whoever types an address: the form, and whatever door comes later.

What is refused for the address's sake looks like what is not, and takes as long: the same is done, and
undone. So nobody learns who reads here, or who was asked too often.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext_noop

from service.delivery.actions.plan import keep_address
from service.newsroom.current import newsroom
from service.toolbox.addresses import normalise
from service.toolbox.errors import ServiceError

from . import actions, limits
from .erasure import ERASE
from .models import Subscriber
from .rules import PREFERENCES, Choices
from .writing import link, write_to

log = structlog.get_logger(__name__)


class TooMany(ServiceError):
    """From one network, today."""


@dataclass(frozen=True, slots=True)
class Came:
    """What a door knows of whoever asks. `network` as networks.py tells it; `proven`: it came by a form
    that had been shown for a moment; `trapped`: it filled the field that no person sees."""

    network: str = ""
    proven: bool = False
    trapped: bool = False


def subscribe(address: str, wanted: Choices, came: Came, now: datetime, *, words: str = "", door: str = "form") -> None:
    """Raises BadAddress and TooMany."""

    def act() -> bool:
        actions.subscribe(address, wanted, now, words=words, door=door)
        return limits.may_sign_up(address, now)  # last: many wait for the row of one large provider

    _within_limits(address, came, now, act)


def ask_for_link(address: str, came: Came, now: datetime) -> None:
    """Mails the preference link to that address, if it belongs to a reader. Raises BadAddress and TooMany."""

    def act() -> bool:
        reader = _reader(address, now)
        write_to(reader, "preferences", {"links": {"preferences": link(PREFERENCES, reader.key)}}, now)
        return reader.status == "active"

    _within_limits(address, came, now, act)


def ask_to_erase(address: str, came: Came, now: datetime) -> None:
    """Mails the link that erases everything there, if anything is held. Raises BadAddress and TooMany."""

    def act() -> bool:
        reader = _reader(address, now)
        write_to(reader, "erase", {"links": {"erase": link(ERASE, reader.key, reader.language)}}, now)
        return reader.status != _NOBODY

    _within_limits(address, came, now, act)


def allow(came: Came, now: datetime) -> bool:
    """Counts one more form from that network. False for a program, which is told nothing of it. Raises
    TooMany."""
    if came.trapped:
        log.info("a form was filled by a program")
        return False
    if not limits.may_ask(came.network, now, proven=came.proven):
        raise TooMany(gettext_noop("Too much was asked for from your network today. Try again tomorrow."))
    return True


_NOBODY = "nobody"


def _within_limits(address: str, came: Came, now: datetime, act: Callable[[], bool]) -> None:
    """`act` does it and says whether it is to stay. Only what a network does in excess is told."""
    mailbox = normalise(address)
    if not allow(came, now):
        return
    with transaction.atomic():
        allowed = limits.may_write_to(mailbox, now)
        with transaction.atomic():
            if not (act() and allowed):
                transaction.set_rollback(True)


def _reader(address: str, now: datetime) -> Subscriber:
    """Whose address it is; else a reader for this moment only, who is nobody."""
    row = keep_address(address)
    language = newsroom().language
    nobody = {"language": language, "wants": "weekly", "created": now, "status": _NOBODY}
    Subscriber.objects.get_or_create(address=row, defaults=nobody)
    return Subscriber.objects.held().get(address=row)
