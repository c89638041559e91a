"""Gifts are counted, once each, and summed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Value
from django.db.models import Sum as Total
from django.db.models.functions import Coalesce

from service.toolbox.addresses import fingerprint

from ..models import Campaign, Carried, Gift
from ..rules.gifts import Given, Sum, gathered


@dataclass(frozen=True, slots=True)
class Progress:
    """Of the gifts in the goal's currency. `amount` is None as long as they are too few to be told."""

    goal: int
    currency: str
    amount: Decimal | None

    @property
    def share(self) -> float:
        """Of the goal, 1 at most."""
        return min(1.0, float(self.amount or 0) / self.goal)


def is_counted(reference: str) -> bool:
    return Gift.objects.filter(mark=_mark(reference)).exists()


def count(given: Given) -> bool:
    """False where it is counted already. An origin that names no letter and no campaign of ours is left out:
    nobody knows what stands there."""
    origin, campaign = _origin(given.origin)
    row = {"origin": origin, "campaign": campaign, "amount": given.amount, "currency": given.currency}
    return Gift.objects.get_or_create(mark=_mark(given.reference), defaults={**row, "month": _month(given.day)})[1]


def sums() -> list[Sum]:
    """By letter, the largest first; none of a few gifts alone."""
    told = Gift.objects.order_by().values_list("origin", Coalesce("campaign__slug", Value("")), "currency")
    return gathered(Sum(*row) for row in told.annotate(Count("pk"), Total("amount")))


def progress(campaign: Campaign, told: Sequence[Sum]) -> Progress | None:
    """Of what may be told; None where it has no goal."""
    if not campaign.goal:
        return None
    mine = [one.amount for one in told if (one.campaign, one.currency) == (campaign.slug, campaign.currency)]
    return Progress(campaign.goal, campaign.currency, sum(mine, Decimal()) if mine else None)


def _origin(told: str) -> tuple[str, Campaign | None]:
    carried = Carried.objects.filter(edition=told).select_related("campaign").first()
    if carried:
        return carried.edition, carried.campaign
    campaign = Campaign.objects.filter(slug=told).first()
    return (campaign.slug, campaign) if campaign else ("", None)


def _mark(reference: str) -> str:
    """So that a copy of the database does not lead to the payment service's records."""
    return fingerprint(f"gift {reference}")


def _month(day: date) -> date:
    return day.replace(day=1)
