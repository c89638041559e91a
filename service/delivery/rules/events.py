"""What a mail provider tells by its webhook, in django-anymail's normalised words, which see no provider."""

import hashlib
import json
from datetime import datetime
from typing import Any, Protocol

from . import verp
from .inbound import DELAYED, DELIVERED, FAILED, Came, Complaint, Left, Passing, Report, Unknown
from .returns import Reply, is_hard, reply_in

TOKEN = "m"  # noqa: S105  the key in a message's metadata under which it carries its VERP token
_POLICY = "5.7.0"


class Event(Protocol):
    """anymail.signals.AnymailTrackingEvent, as far as it is looked at."""

    event_type: str
    event_id: str | None
    timestamp: datetime | None
    recipient: str | None
    metadata: Any
    reject_reason: str | None
    mta_response: str | None
    description: str | None
    esp_event: Any


def read(event: Event, key: str) -> Came:
    """Which message it is about, only its own token says. An event without any is about a letter that
    another program sent by the same account."""
    token = event.metadata.get(TOKEN) if isinstance(event.metadata, dict) else None
    if token is None:
        return Passing("not about a letter of ours")
    message = verp.opened(str(token), key)
    if message is None:
        return Unknown("The event's token was not made here.")
    return _meaning(event, message)


def mark(event: Event) -> str:
    """What tells one event from another. A provider's own id may cover several recipients, and some
    providers give none."""
    told = [event.event_type, event.recipient, event.event_id or as_text(event)]
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()


def as_text(event: Event) -> str:
    """The provider's own words, to show to a person."""
    given = event.esp_event.dict() if hasattr(event.esp_event, "dict") else event.esp_event
    return json.dumps(given, indent=2, sort_keys=True, default=str)


def _meaning(event: Event, message: int) -> Came:
    match event.event_type, event.reject_reason:
        case ("complained", _) | ("rejected", "spam"):
            return Complaint(message)
        case ("unsubscribed", _) | ("rejected", "unsubscribed"):
            return Left(message)
        case ("bounced", reason):
            reply = _reply(event)
            return Report(message, FAILED, reason == "invalid" or is_hard(reply), reply)
        case ("rejected", "invalid"):
            return Report(message, FAILED, True, _reply(event))
        case ("rejected" | "failed", _):  # by the provider's own lists or rules: not the reader's fault
            return Report(message, FAILED, False, Reply(0, _POLICY, _reply(event).text))
        case ("delivered", _):
            return Report(message, DELIVERED)
        case ("deferred", _):
            return Report(message, DELAYED)
        case _:
            return Passing(str(event.event_type))


def _reply(event: Event) -> Reply:
    """A reply that begins with the enhanced status (RFC 2034) shows it after the code."""
    return reply_in("", str(event.mta_response or event.description or ""))
