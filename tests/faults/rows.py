"""What the torture asks of the database, in a process of its own: `plan FROM COUNT`, `look`, `read`."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "service.settings")
django.setup()

from django.db.models import F  # noqa: E402

from service.delivery.actions.plan import Recipient, add_rendition, freeze, open_mailing, plan  # noqa: E402
from service.delivery.models import Address, Batch, Mailing, Message  # noqa: E402
from service.delivery.rules.compiled import slot  # noqa: E402
from service.delivery.rules.verdicts import REMAINING, adds_up  # noqa: E402
from service.toolbox import addresses, clock  # noqa: E402
from tests.delivery.mailings import LINK, envelope  # noqa: E402

LETTER = "<p>" + "The port recorded forty containers that nobody had asked for. " * 20 + "</p>"


def plan_wave(first: int, count: int) -> None:
    now = clock.now()
    names = [f"reader{number}" for number in range(first, first + count)]
    texts = [f"{name}@{'gmail.com' if at % 10 == 0 else 'readers.example'}" for at, name in enumerate(names)]
    rows = [
        Address(
            fingerprint=addresses.fingerprint(text),
            sealed=addresses.seal(text),
            group=addresses.provider_group(text),
        )
        for text in texts
    ]
    Address.objects.bulk_create(rows)
    mailing = open_mailing(f"wave-{first}", now, now.replace(year=now.year + 1))
    add_rendition(mailing, "all", envelope(), LETTER + slot("unsubscribe"), "Leave: " + slot("unsubscribe"), LINK)
    plan(mailing, [Recipient(name, row.pk) for name, row in zip(names, rows, strict=True)], now)
    freeze(mailing, now)


def look() -> None:
    """How many remain, and whether every mailing's sum holds."""
    sums = [adds_up(mailing.frozen or 0, mailing.counts()) for mailing in Mailing.objects.exclude(frozen=None)]
    print(Message.objects.filter(state__in=REMAINING).count(), all(sums))
    now = clock.now()
    put_off = Message.objects.filter(state="deferred", due_at__gt=now)
    if put_off.update(due_at=now):  # nobody wants to wait five minutes here
        Batch.objects.filter(done=False, due_at__gt=now).update(due_at=now, waits_for="")


def read() -> None:
    for name, state in Message.objects.values_list(F("recipient_key"), "state"):
        print(name, state)


def main() -> None:
    match sys.argv[1:]:
        case ["plan", first, count]:
            plan_wave(int(first), int(count))
        case ["look"]:
            look()
        case ["read"]:
            read()


main()
