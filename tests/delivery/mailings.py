"""Short ways to a mailing that is ready to go."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.message import EmailMessage

from service.delivery.actions.plan import Recipient, add_rendition, freeze, keep_address, open_mailing, plan
from service.delivery.models import Mailing, Message
from service.delivery.rules.compiled import Envelope, slot
from service.delivery.rules.verdicts import adds_up

LINK = {"unsubscribe": "https://letters.cauce.example/unsubscribe/{token}"}


def envelope(**changes: object) -> Envelope:
    given: dict[str, object] = {
        "from_name": "Cauce",
        "from_address": "letters@cauce.example",
        "subject": "The week",
        "list_id": "<weekly-en.cauce.example>",
        "feedback_id": "weekly-2026-w48-en:weekly:cauce.example:byline",
        "unsubscribe": True,
        **changes,
    }
    return Envelope(**given)  # type: ignore[arg-type]


def planned(now: datetime, readers: Iterable[str] = ("ana", "bruno", "carla"), key: str = "week") -> Mailing:
    """Planned for those readers, not frozen yet; each reader's key is their name."""
    mailing = open_mailing(key, now, now + timedelta(days=2))
    html, text = f'<p><a href="{slot("unsubscribe")}">Leave</a></p>', f"Leave:\n{slot('unsubscribe')}\n"
    add_rendition(mailing, "all", envelope(), html, text, LINK)
    plan(mailing, recipients(readers), now)
    return mailing


def opened(now: datetime, readers: Iterable[str] = ("ana", "bruno", "carla"), key: str = "week") -> Mailing:
    mailing = planned(now, readers, key)
    freeze(mailing, now)
    mailing.refresh_from_db()
    return mailing


def recipients(readers: Iterable[str]) -> list[Recipient]:
    return [Recipient(name, keep_address(f"{name}@readers.example").pk) for name in readers]


def crowd(count: int) -> list[str]:
    return [f"reader{number:03d}" for number in range(count)]


def states(mailing: Mailing) -> dict[str, int]:
    """Only those that occur; and the promise that they add up is checked each time."""
    mailing.refresh_from_db()
    counts = mailing.counts()
    assert adds_up(mailing.frozen or 0, counts), (mailing.frozen, counts)
    return {state: number for state, number in counts.items() if number}


def message_to(name: str) -> Message:
    return Message.objects.get(recipient_key=name)


def parsed(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert not found.defects
    return found  # type: ignore[return-value]


def token_in(raw: bytes) -> str:
    found = re.search(r"/unsubscribe/([^\s>\"]+)", str(parsed(raw)["List-Unsubscribe"]))
    assert found
    return found[1]
