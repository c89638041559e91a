"""Which donation call is shown: decided from values, the same for one edition however often asked."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from service.newsroom.rules import Ask

TOP, BOTTOM = "top", "bottom"


@dataclass(frozen=True, slots=True)
class Running:
    """An appeal that the desk keeps: shown from `starts` to `ends`, both days included; empty means
    open. Of two that run at once, one with twice the weight is chosen twice as often."""

    ask: Ask
    placement: str
    weight: int
    starts: date | None
    ends: date | None

    def runs(self, today: date) -> bool:
        return (self.starts is None or self.starts <= today) and (self.ends is None or today <= self.ends)


def choose(running: Sequence[Running], placement: str, seed: str, today: date, default: Ask) -> Ask:
    """`seed` names the edition or feed, so that all its readers see the same call."""
    fitting = [one for one in running if one.placement == placement and one.weight > 0 and one.runs(today)]
    if not fitting:
        return default
    total = sum(one.weight for one in fitting)
    point = int.from_bytes(hashlib.sha256(f"{seed}/{placement}".encode()).digest()[:8]) % total
    for one in fitting:
        point -= one.weight
        if point < 0:
            return one.ask
    return default
