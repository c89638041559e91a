"""Which room a mail is for: the republish address's is about a use, all else about a letter of ours."""

import email
from collections.abc import Sequence
from datetime import datetime
from email.utils import getaddresses

from service.audience import inbound as audience
from service.delivery.rules.inbound import is_ours
from service.newsroom.current import newsroom
from service.partners.actions import inbound as partners

_MOST_BYTES = 64 * 1024  # in which the fields stand that say whom it is for
_ENVELOPE_FIELDS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")


def mailboxes() -> Sequence[str]:
    """Whose mail is taken in, the same one once."""
    house = newsroom()
    return tuple(dict.fromkeys(box for box in (house.bounces, house.republication) if box))


def take_in(raw: bytes, now: datetime, recipients: tuple[str, ...] = ()) -> str:
    """What became of one mail, in a word or two. `recipients` are the envelope's, where known."""
    if _to_the_republish_address(raw, recipients):
        return partners.take_in(raw, now)
    return audience.take_in(raw, now, recipients)


def _to_the_republish_address(raw: bytes, recipients: tuple[str, ...]) -> bool:
    """By the envelope where it is known; else by what a server noted of it; else by To and Cc."""
    house = newsroom()
    for place in (recipients, _named(raw, _ENVELOPE_FIELDS), _named(raw, ("To", "Cc"))):
        if any(is_ours(address, house.bounces) for address in place):
            return False
        if any(is_ours(address, house.republication) for address in place):
            return True
    return False


def _named(raw: bytes, fields: Sequence[str]) -> tuple[str, ...]:
    mail = email.message_from_bytes(raw[:_MOST_BYTES])
    values = [str(value) for field in fields for value in mail.get_all(field, [])]
    return tuple(address for _, address in getaddresses(values))
