"""Gifts as others tell of them, and the sums that may be told of them."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from service.toolbox.errors import ServiceError

FEWEST_TOLD = 10  # of fewer gifts no sum is told: a number that small is somebody's
MOST = Decimal(10_000_000)
LONGEST_REFERENCE = 200
_CURRENCY = re.compile(r"[A-Z]{3}")
_PLAIN = re.compile(r"\d{1,12}([.,]\d{1,2})?")
_GROUPED = re.compile(r"\d{1,3}((,\d{3})+(\.\d{1,2})?|(\.\d{3})+(,\d{1,2})?)")


class BadGift(ServiceError):
    """What was told is no gift that can be counted."""


@dataclass(frozen=True, slots=True)
class Told:
    """A gift in words, as a file or a program has it. `origin` is what stood behind `from=` in the link."""

    reference: str
    amount: str
    currency: str
    day: str
    address: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """The same, read. Whoever gave is not part of it."""

    reference: str
    amount: Decimal
    currency: str
    day: date
    origin: str


@dataclass(frozen=True, slots=True)
class Sum:
    """`origin` is a letter's or campaign's name, "" where the gifts name none, None: several that are too small
    to be told by themselves. `campaign` is its slug, or ""."""

    origin: str | None
    campaign: str
    currency: str
    count: int
    amount: Decimal


def read(told: Told, today: date) -> Given:
    """Raises BadGift."""
    reference = told.reference.strip()
    if not reference or len(reference) > LONGEST_REFERENCE or not reference.isprintable():
        raise BadGift("The gift has no id, or one longer than 200 characters. Give your payment service's id of it.")
    currency = told.currency.strip().upper()
    if not _CURRENCY.fullmatch(currency):
        raise BadGift(f"The currency is {_shown(told.currency)}; it takes three letters, like USD.")
    return Given(reference, _amount(told.amount), currency, _day(told.day, today), told.origin.strip().casefold())


def gathered(sums: Iterable[Sum]) -> list[Sum]:
    """Those that may be told; and of each campaign's others one in each currency, where together they are
    enough. What is in none of them must be in no total either: then nothing can be subtracted."""
    told, small = list[Sum](), defaultdict[tuple[str, str], list[Sum]](list)
    for one in sums:
        if one.count >= FEWEST_TOLD:
            told.append(one)
        else:
            small[one.campaign, one.currency].append(one)
    rest = (_together(campaign, currency, few) for (campaign, currency), few in small.items())
    told += [one for one in rest if one.count >= FEWEST_TOLD]
    return sorted(told, key=lambda one: (-one.amount, one.campaign, one.currency, one.origin or ""))


def _together(campaign: str, currency: str, few: list[Sum]) -> Sum:
    total = sum((one.amount for one in few), Decimal())
    return Sum(None, campaign, currency, sum(one.count for one in few), total)


def _amount(text: str) -> Decimal:
    """`25`, `25.50`, `25,50`, `1,250.00` or `1.250,00`."""
    told = text.strip().replace("\u00a0", "")
    if told.startswith(("-", "(")):
        raise BadGift("The amount is below zero: a refund, which is not counted here.")
    if _GROUPED.fullmatch(told):
        point = told[-3:-2] if told[-3:-2] in (".", ",") else told[-2:-1] if told[-2:-1] in (".", ",") else ""
        whole, cents = told.rsplit(point, 1) if point else (told, "0")
        value = Decimal(f"{re.sub('[.,]', '', whole)}.{cents}")
    elif _PLAIN.fullmatch(told):
        value = Decimal(told.replace(",", "."))
    else:
        raise BadGift(f"The amount is {_shown(text)}; write it like 25 or 25.50, without a sign of the currency.")
    if not 0 < value <= MOST:
        raise BadGift("The amount is nothing, or more than ten million.")
    return value


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text.strip()[:10])
    except ValueError:
        raise BadGift(f"The date is {_shown(text)}; write it like {today.isoformat()}.") from None
    if day > today + timedelta(days=1):  # where the gift was given it may be tomorrow already
        raise BadGift(f"The date is {day}, which is still to come.")
    return day


def _shown(text: str) -> str:
    """Never what could be an address in the wrong column."""
    told = text.strip()
    return "missing" if not told else "not readable" if "@" in told or len(told) > 40 else repr(told)
