"""What is sealed is sealed anew with the ADDRESS_KEY of today, while everything goes on."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction

from service.toolbox import addresses
from service.toolbox.errors import ServiceError

from ..models import Address, Quarantined

_SLICES: tuple[tuple[type[Address] | type[Quarantined], int], ...] = ((Address, 1000), (Quarantined, 20))


def reseal(told: Callable[[float], None] = lambda share: None) -> int:
    """All addresses and quarantined mails; a slice a transaction, so it may be broken off and run again:
    what is sealed anew already is passed over. Returns how many were not. Raises ServiceError."""
    _check_keys()
    total = sum(model.objects.count() for model, _ in _SLICES)
    seen = count = 0
    for model, size in _SLICES:
        last = 0
        while rows := _reseal_slice(model, last, size):
            last, sealed_anew = rows
            seen, count = seen + size, count + sealed_anew
            told(min(seen / total, 1.0))
    return count


def _reseal_slice(model: type[Address] | type[Quarantined], after: int, size: int) -> tuple[int, int] | None:
    """The last row's number and how many it was needed for; None at the end."""
    with transaction.atomic():
        rows: list[Any] = list(model.objects.select_for_update(no_key=True).filter(pk__gt=after).order_by("pk")[:size])
        stale = [row for row in rows if not addresses.is_sealed_anew(bytes(row.sealed))]
        for row in stale:
            row.sealed = addresses.seal_bytes(addresses.open_bytes(bytes(row.sealed)))
        model.objects.bulk_update(stale, ["sealed"])
        return (rows[-1].pk, len(stale)) if rows else None


def _check_keys() -> None:
    """Nobody may be found no more: the hashes must come out as they are."""
    if not settings.ADDRESS_KEY_OLD:
        raise ServiceError("Set ADDRESS_KEY to the new key and ADDRESS_KEY_OLD to the one before, then run this again.")
    if not settings.FINGERPRINT_KEY:
        raise ServiceError(
            "Set FINGERPRINT_KEY to the first ADDRESS_KEY that this database had: the hashes of addresses are made "
            "with it, and those of erased readers can't be made again."
        )
    for row in Address.objects.order_by("pk")[:1]:
        if addresses.fingerprint(row.open()) != row.fingerprint:
            raise ServiceError("FINGERPRINT_KEY is not the key that this database's hashes were made with.")
