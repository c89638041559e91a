"""Domains at which far more sign up than on other days, as the desk sees them.

A domain is named once it is held: one where so many sign up is nobody's own.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from service.delivery.models import Address
from service.toolbox import addresses
from service.toolbox.errors import ServiceError

from . import limits
from .rules import rounded
from .tallies import HeldDomain

FULL = "full"


@dataclass(frozen=True, slots=True)
class Held:
    """`standing` is limits.THROUGH or limits.KEPT, until that day, or FULL: until tomorrow. `mark` stands for
    the domain where one decides about it."""

    mark: str
    domain: str
    standing: str
    until: date
    today: int


def held_domains(now: datetime) -> list[Held]:
    return [_shown(row, now) for row in limits.held(now).order_by("mark")]


def decide(mark: str, verdict: str, now: datetime) -> Held:
    """Let it THROUGH, or keep it held: KEPT. Raises ServiceError for a domain that is not held."""
    row = limits.held(now).filter(mark=mark).first()
    if row is None or verdict not in (limits.THROUGH, limits.KEPT):
        raise ServiceError(gettext("That domain is not held any more."))
    limits.decide(mark, verdict, now)
    return next(one for one in held_domains(now) if one.mark == mark)


def _shown(row: HeldDomain, now: datetime) -> Held:
    standing = row.kind if row.kind in (limits.THROUGH, limits.KEPT) else FULL
    return Held(
        row.mark, _name(row.mark), standing, row.day + limits.WEEK, rounded(limits.sign_ups_today(row.mark, now))
    )


def _name(mark: str) -> str:
    known = Address.objects.filter(group=mark).first()
    if mark in addresses.PROVIDERS or known is None:
        return mark
    return known.open().rpartition("@")[2]
