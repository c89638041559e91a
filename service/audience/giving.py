"""What is known of readers so that they are not asked for donations too often: the week of the last call, and
until when a giver is thanked instead. Neither the sum nor the day of a gift, and nothing of anybody who does
not read here."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from .models import Subscriber, SubscriberQuerySet

AT_ONCE = 2_000


def note_asked(keys: QuerySet[Any, Any], week: date) -> int:
    """Readers of those keys were asked in it. Returns how many there still are."""
    readers = Subscriber.objects.filter(key__in=keys)
    later = Q(asked_in=None) | Q(asked_in__lt=week)
    with transaction.atomic():
        held = _held(readers)
        Subscriber.objects.filter(later, pk__in=held).update(asked_in=week)
    return len(held)


def thank(fingerprint: str, until: date) -> None:
    """Whoever reads at that address, if anybody does."""
    later = Q(thanks_until=None) | Q(thanks_until__lt=until)
    Subscriber.objects.filter(later, address__fingerprint=fingerprint).update(thanks_until=until)


def forget_asked(before: date) -> int:
    """Of readers who were last asked in an earlier week. Returns how many; a slice of those that there are."""
    with transaction.atomic():
        return Subscriber.objects.filter(pk__in=_held(Subscriber.objects.filter(asked_in__lt=before))).update(
            asked_in=None
        )


def forget_givers(today: date) -> int:
    """Of readers who may be asked again. Returns how many; a slice of those that there are."""
    with transaction.atomic():
        return Subscriber.objects.filter(pk__in=_held(Subscriber.objects.filter(thanks_until__lte=today))).update(
            thanks_until=None
        )


def _held(readers: SubscriberQuerySet) -> list[int]:
    """Locked in one order, so that no two who change many wait for each other."""
    rows = readers.select_for_update(no_key=True).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:AT_ONCE])
