import sys
import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from service.cli.bar import drawn
from service.cli.verb import Verb, as_json
from service.delivery.actions.progress import Progress, progress
from service.delivery.models import Mailing
from service.delivery.rules.verdicts import REMAINING
from service.editions.actions import hours
from service.editions.actions.decide import find
from service.editions.models import Edition
from service.toolbox import clock

LOOK_EVERY_SECONDS = 1.0


class Command(Verb):
    help = "Say where an edition stands: what is sent, what waits and for what, refused, uncertain."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("edition", help="its slug, e.g. weekly-2026-w47-en")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--watch", action="store_true", help="look again every second until nothing remains")

    def act(self, **options: Any) -> str:
        edition = find(options["edition"])
        while options["watch"] and not _is_over(edition):
            self._draw(_told(edition))
            time.sleep(LOOK_EVERY_SECONDS)
            edition.refresh_from_db()
        return _json(edition) if options["json"] else _told(edition)

    def _draw(self, told: str) -> None:
        """Over what it drew before, on a terminal."""
        clear = "\x1b[H\x1b[J" if sys.stdout.isatty() else ""
        self.stdout.write(f"{clear}{told}")


def _is_over(edition: Edition) -> bool:
    return edition.state in ("sent", "cancelled", "expired")


def _frozen(edition: Edition) -> Mailing | None:
    return Mailing.objects.filter(key=edition.mailing_key).exclude(frozen=None).first()


def _json(edition: Edition) -> str:
    mailing = _frozen(edition)
    told: dict[str, Any] = {"edition": edition.slug, "state": edition.state, "frozen": None}
    if mailing:
        now = progress(mailing, clock.now())
        told |= {**asdict(now), **now.counts, "remaining": now.remaining}
        del told["counts"]
    return as_json(told)


def _told(edition: Edition) -> str:
    mailing = _frozen(edition)
    if mailing is None:
        return f"{edition.slug} is {edition.state}; it has not been frozen{_waits(edition)}."
    now = progress(mailing, clock.now())
    outcomes = {state: number for state, number in now.counts.items() if state not in REMAINING}
    told = " + ".join(f"{number} {state}" for state, number in outcomes.items())
    lines = [
        *_audience(now),
        _bar(now),
        *(f"  {number:>9,} waiting: {reason}" for reason, number in now.waiting.items()),
        f"{edition.slug} is {edition.state}: {now.frozen} frozen = {told} + {now.remaining} remaining.",
    ]
    return "\n".join(lines)


def _waits(edition: Edition) -> str:
    turn = hours.turn(edition, clock.now())
    return f", and waits for its hours: {hours.told(turn)}" if turn else ""


def _audience(now: Progress) -> list[str]:
    if not now.excluded:
        return []
    left_out = ", ".join(f"{number:,} {reason}" for reason, number in now.excluded.items())
    return [
        f"{now.candidates:,} readers = {now.frozen:,} frozen + {sum(now.excluded.values()):,} left out ({left_out})"
    ]


def _bar(now: Progress) -> str:
    speed = f", {now.rate:,.0f} a second" if now.rate >= 1 else ""
    left = f", about {now.takes} to go" if now.takes else ""
    retry = f", next try at {now.next_try:%H:%M} UTC" if now.next_try else ""
    return f"{drawn(now.done)}{speed}{left}{retry}"
