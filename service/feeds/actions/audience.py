"""Who reads a feed, as far as that may be known: by program, from ten up, over the last seven full days."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.numbers import format_decimal
from django.db.models import Max, Sum
from django.utils.translation import get_language, gettext

from ..advice import advice
from ..clients import BROWSER, FEW, OTHER
from ..models import COUNTED_FROM, Polls

DAYS = 7
POLLS_A_DAY = 24  # of one reader's program: our feeds ask to be looked at hourly (<ttl>60</ttl>)
_NO_PROGRAM = (BROWSER, FEW, OTHER)


@dataclass(frozen=True, slots=True)
class Program:
    """`asked` in all; `readers` is what an aggregator declares, else one for each 24 polls a day; `declared`
    says which. `advice` is a sentence for its maker, or ""."""

    name: str
    asked: int
    unchanged: int
    readers: int
    declared: bool
    advice: str


def programs(addresses: Iterable[str], now: datetime) -> list[Program]:
    """Of all these feeds together, the busiest first. What fewer than ten ask for is nobody's business."""
    rows = Polls.objects.lately(DAYS, now).filter(address__in=list(addresses)).many().values("client")
    counted = rows.annotate(
        asks=Sum("asked"), nothing_new=Sum("unchanged"), copies=Sum("wasted"), refusals=Sum("refused")
    )
    declared = _declared(addresses, now)
    return [
        Program(
            name=row["client"],
            asked=row["asks"],
            unchanged=row["nothing_new"],
            readers=readers_of(row["client"], row["asks"], declared[row["client"]]),
            declared=declared[row["client"]] > 0,
            advice=advice(row["asks"], row["nothing_new"], row["copies"], row["refusals"]),
        )
        for row in counted.order_by("-asks", "client")
    ]


def asked_for(addresses: Iterable[str], now: datetime) -> dict[str, tuple[int, int]]:
    """By address: how often, and by how many readers, about."""
    found: dict[str, tuple[int, int]] = {}
    rows = Polls.objects.lately(DAYS, now).filter(address__in=list(addresses)).values("address", "client")
    for row in rows.annotate(asks=Sum("asked"), declared=Max("subscribers")):
        asked, readers = found.get(row["address"], (0, 0))
        more = readers_of(row["client"], row["asks"], row["declared"])
        found[row["address"]] = (asked + row["asks"], readers + more)
    return found


def days(addresses: Iterable[str], now: datetime) -> list[tuple[date, int]]:
    """How often they were asked for, day by day (UTC)."""
    rows = Polls.objects.lately(DAYS, now).filter(address__in=list(addresses)).values("day").annotate(asks=Sum("asked"))
    counted = dict(rows.values_list("day", "asks"))
    first = now.date() - timedelta(days=DAYS)
    return [(day, counted.get(day, 0)) for day in (first + timedelta(days=number) for number in range(DAYS))]


def readers_of(client: str, asked: int, declared: int) -> int:
    """A browser is a person who looked once, and many programs together are none."""
    if declared or client in _NO_PROGRAM:
        return declared
    return round(asked / DAYS / POLLS_A_DAY)


def told(number: int | None) -> str:
    """A number from ten up, and no exact one below."""
    number = number or 0
    if number >= COUNTED_FROM:
        return str(format_decimal(number, locale=get_language()))
    return gettext("under ten") if number else "0"


def _declared(addresses: Iterable[str], now: datetime) -> Counter[str]:
    """Each feed's most, all feeds together: whoever reads two is counted twice."""
    most: dict[str, Counter[str]] = defaultdict(Counter)
    rows = Polls.objects.lately(DAYS, now).filter(address__in=list(addresses)).values_list("client", "address")
    for client, address, subscribers in rows.annotate(Max("subscribers")):
        most[client][address] = subscribers
    return Counter({client: sum(one.values()) for client, one in most.items()})
