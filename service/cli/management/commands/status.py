from argparse import ArgumentParser
from typing import Any

from service.cli.verb import Verb, as_json
from service.delivery.models import Mailing
from service.delivery.rules.verdicts import REMAINING
from service.editions.actions.decide import find


class Command(Verb):
    help = "Say where an edition stands: its state and, once it is frozen, the count of every outcome."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("edition", help="its slug, e.g. weekly-2026-w47-en")
        parser.add_argument("--json", action="store_true")

    def act(self, **options: Any) -> str:
        edition = find(options["edition"])
        mailing = Mailing.objects.filter(key=edition.mailing_key).first()
        counts = mailing.counts() if mailing else {}
        if options["json"]:
            frozen = mailing.frozen if mailing else None
            return as_json({"edition": edition.slug, "state": edition.state, "frozen": frozen, **counts})
        if not mailing or mailing.frozen is None:
            return f"{edition.slug} is {edition.state}; it has not been frozen."
        remaining = sum(counts.pop(state) for state in REMAINING)
        told = " + ".join(f"{number} {state}" for state, number in counts.items())
        return f"{edition.slug} is {edition.state}: {mailing.frozen} frozen = {told} + {remaining} remaining."
