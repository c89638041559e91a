"""A partner chooses anew what a feed of theirs holds. What falls out is withdrawn from them, not only left
out from now on; what newly comes through is told to them as if it had just come out."""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from service.content.models import Article
from service.toolbox.bell import ring

from ..models import Change, Partner, PartnerFeed
from ..rules.changes import CREATED, DESELECTED
from ..rules.selection import Selection
from .changes import add
from .reach import wanted_by


def select_again(feed: PartnerFeed, selection: Selection, now: datetime) -> int:
    """Also of a feed that is new. Returns how many articles that they were given no feed of theirs lets through
    any more."""

    def save() -> None:
        for field in fields(selection):
            setattr(feed, field.name, list(getattr(selection, field.name)))
        feed.save()

    return _told(feed.partner_id, save, now)


def remove_feed(feed: PartnerFeed, now: datetime) -> int:
    """Its address is gone. Returns what `select_again` does."""
    return _told(feed.partner_id, lambda: feed.delete(), now)


def _told(partner_id: int, do: Callable[[], object], now: datetime) -> int:
    """Does it, and tells the partner what that changes for them."""
    with transaction.atomic():
        partner = Partner.objects.select_for_update().get(pk=partner_id)
        wanted, held = wanted_by(partner), _held(partner)
        do()
        lost = held - _held(partner)
        told = [(one, DESELECTED) for one in sorted(lost)] + [(one, CREATED) for one in _gained(partner, wanted)]
        add([Change(article_id=one, partner=partner, kind=kind, at=now) for one, kind in told])
        ring("tell_partners")
        return len(lost)


def _gained(partner: Partner, wanted_before: Q) -> list[UUID]:
    """The oldest first, as in the list of all."""
    found = Article.objects.published().filter(wanted_by(partner)).exclude(wanted_before)
    return list(found.order_by("published", "pk").values_list("pk", flat=True))


def _held(partner: Partner) -> set[UUID]:
    """What they were given and still choose."""
    given = Article.objects.filter(wanted_by(partner), pulls__partner=partner)
    return set(given.exclude(status="withdrawn").values_list("pk", flat=True))
