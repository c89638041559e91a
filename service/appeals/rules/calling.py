"""Which donation call a letter carries, and after which of its stories."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode, urlsplit, urlunsplit

from service.newsroom.rules import Ask

TOP, MIDDLE, END = "top", "middle", "end"
FROM = "from"


@dataclass(frozen=True, slots=True)
class Running:
    """A campaign as one language has it; `ask` is None where it says nothing in that one. It runs from
    `starts` to `ends`, both days included; empty means open. `everywhere`: in feeds and copies too."""

    slug: str
    ask: Ask | None
    placement: str
    everywhere: bool
    starts: date | None
    ends: date | None

    def runs(self, today: date) -> bool:
        return (self.starts is None or self.starts <= today) and (self.ends is None or today <= self.ends)


@dataclass(frozen=True, slots=True)
class Call:
    """`campaign` is its slug; "" for the standing call of newsroom.toml."""

    ask: Ask
    placement: str = TOP
    campaign: str = ""


def choose(campaigns: Sequence[Running], today: date, standing: Ask) -> Call:
    """Of those that run, the one that began last: a day of giving stands before the year's campaign. Of two
    that began on one day, the later in the list."""
    running = [(one.starts or date.min, place, one) for place, one in enumerate(campaigns) if one.runs(today)]
    told = [(starts, place, one, one.ask) for starts, place, one in running if one.ask]
    if not told:
        return Call(standing)
    _, _, one, ask = max(told, key=lambda it: it[:2])
    return Call(ask, one.placement, one.slug)


def said_by(ask: Ask, edition: str) -> Ask:
    """The same for every reader of that edition: its address says which one, and nothing else."""
    parts = urlsplit(ask.url)
    query = "&".join(filter(None, [parts.query, urlencode({FROM: edition})]))
    return replace(ask, url=urlunsplit(parts._replace(query=query)))


def spot(marked: Sequence[bool], own: int, placement: str) -> int | None:
    """After which of a letter's stories the call stands, by its place from 0; `own`: after all else; None:
    nowhere. `marked` says of all that are shown, in order, beside which none may stand; the first `own` of
    them are those between which a call can. Where a mark is in the way, the nearest place that is free."""
    wanted = {TOP: 0, MIDDLE: max(own - 1, 0) // 2, END: own}[placement]
    for at in sorted(range(own + 1), key=lambda at: (abs(at - wanted), at)):
        if not any(marked[at : at + 2] if at < own else marked[-1:]):
            return at
    return None
