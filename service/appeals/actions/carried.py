"""Which letters asked. Who got one is noted by the room that knows readers."""

from datetime import datetime

from django.db import transaction

from ..models import Campaign, Carried, Silence
from ..rules.asking import monday
from .calling import today


def carries(edition: str, campaign: str, rendition: int, now: datetime) -> None:
    """One of its renditions has the call. Said again, it is the same."""
    given = {"week": monday(today(now)), "campaign": Campaign.objects.filter(slug=campaign).first()}
    with transaction.atomic():
        Carried.objects.get_or_create(edition=edition, defaults=given)
        row = Carried.objects.select_for_update().get(edition=edition)
        if rendition not in row.renditions:
            row.renditions = [*row.renditions, rendition]
            row.save(update_fields=["renditions"])


def forget(edition: str) -> None:
    """Its letters are written anew, and nobody had one."""
    Carried.objects.filter(edition=edition).delete()


def owed() -> dict[str, list[int]]:
    """Renditions that carry a call, by the name of their letter, as long as it is not noted whom they asked."""
    return dict(Carried.objects.owed().values_list("edition", "renditions"))


def silence(edition: str, *, silent: bool) -> None:
    """That letter asks nobody, or may again."""
    if silent:
        Silence.objects.get_or_create(subject=edition)
    else:
        Silence.objects.filter(subject=edition).delete()


def is_silent(edition: str) -> bool:
    return Silence.objects.filter(subject=edition).exists()
