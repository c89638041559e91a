"""What comes back, as mail or as a provider's event, and what it does to a message's address and to
its reader. A mail that can't be believed or understood is kept for a person; none is lost."""

from collections.abc import Callable
from datetime import datetime

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from service.delivery.actions import bounces, quarantine
from service.delivery.models import Address, Message, SeenEvent
from service.delivery.rules import events, inbound
from service.delivery.rules.events import Event
from service.delivery.rules.inbound import Came, Complaint, Leaving, Left, Passing, Report, Unknown
from service.toolbox.errors import ServiceError
from service.toolbox.tokens import BadToken

from . import actions

log = structlog.get_logger(__name__)

QUARANTINED, LEFT = "kept in quarantine", "unsubscribed"


def take_in(raw: bytes, now: datetime, recipients: tuple[str, ...] = ()) -> str:
    """What became of one mail, in a word or two. `recipients` are the envelope's, where known. Raises
    only for our own trouble, such as a database that is away; then nothing was changed."""
    return _safely(lambda: _outcome(inbound.read(raw, settings.SECRET_KEY, recipients), raw, now), raw, now)


def take_in_event(event: Event, provider: str, now: datetime) -> str:
    """The same for what a mail provider tells by its webhook; the same event again changes nothing."""
    raw = events.as_text(event).encode()

    def once() -> str:
        seen = {"provider": provider, "event_id": events.mark(event)}
        _, is_new = SeenEvent.objects.get_or_create(**seen, defaults={"at": now})
        return _outcome(events.read(event, settings.SECRET_KEY), raw, now) if is_new else "seen before"

    return _safely(once, raw, now)


def _safely(act: Callable[[], str], raw: bytes, now: datetime) -> str:
    """All of it or nothing. What fails for a reason of its own would fail again at every try: it is kept."""
    try:
        with transaction.atomic():
            outcome = act()
    except (OperationalError, InterfaceError, ServiceError):
        raise
    except Exception:
        log.exception("what came back could not be taken in")
        outcome = _keep(raw, "It could not be taken in; the log says why.", now)
    log.info("something came back", outcome=outcome)
    return outcome


def _outcome(came: Came, raw: bytes, now: datetime) -> str:
    match came:
        case Unknown(reason):
            return _keep(raw, reason, now)
        case Passing(what):
            return what
        case Leaving(token):
            return _leave(token, raw, now)
        case Report() | Complaint() | Left():
            message = Message.objects.select_related("address").filter(pk=came.message).first()
            if message is None or message.address is None:
                return "about somebody who was erased"
            return _about(message, message.address, came, now)


def _about(message: Message, address: Address, came: Report | Complaint | Left, now: datetime) -> str:
    match came:
        case Report(action=inbound.FAILED):
            bounces.bounced(message, address, hard=came.hard, now=now, reply=came.reply)
            return "hard bounce" if came.hard else "soft bounce"
        case Report():
            return came.action
        case Complaint():
            bounces.complained(message, now)
            actions.taken_off(address, "complained", now)
            return "complaint"
        case Left():
            actions.taken_off(address, "unsubscribed", now)
            return LEFT


def _leave(token: str, raw: bytes, now: datetime) -> str:
    try:
        actions.unsubscribe(token, now)
    except BadToken:
        return _keep(raw, "It asks to leave, but its token is nobody's.", now)
    return LEFT


def _keep(raw: bytes, reason: str, now: datetime) -> str:
    quarantine.keep(raw, reason, now)
    return QUARANTINED
