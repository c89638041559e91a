"""A partner's allowance, one for all of its keys and for all processes that answer."""

from datetime import datetime

from django.db import transaction

from service.toolbox.errors import ServiceError

from ..models import Allowance, Partner
from ..rules.allowance import Left, refilled, seconds_to_wait


class TooMuch(ServiceError):
    """`wait` is in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"That was more than this partner may ask for in an hour. Ask again in {wait} seconds.")
        self.wait = wait


def check(partner: Partner, now: datetime) -> None:
    """Takes nothing: what the answer cost is known afterwards. Raises TooMuch."""
    row = Allowance.objects.filter(partner=partner).first()
    if row is None:
        return
    wait = seconds_to_wait(refilled(Left(row.left, row.at), partner.requests_per_hour, now), partner.requests_per_hour)
    if wait:
        raise TooMuch(wait)


def spend(partner: Partner, cost: float, now: datetime) -> float:
    """What is left then."""
    start = {"left": float(partner.requests_per_hour), "at": now}
    with transaction.atomic():
        row = Allowance.objects.select_for_update().get_or_create(partner=partner, defaults=start)[0]
        left = refilled(Left(row.left, row.at), partner.requests_per_hour, now) - cost
        row.left = round(left, 6)  # ten tenths are one
        row.at = max(row.at, now)
        row.save(update_fields=["left", "at"])
        return row.left
