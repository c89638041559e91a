"""A partner chooses anew what a feed of theirs holds. What falls out is withdrawn from them, not only
left out from now on."""

from dataclasses import fields
from datetime import datetime
from uuid import UUID

from django.db import transaction

from service.content.models import Article
from service.toolbox.bell import ring

from ..models import Change, Partner, PartnerFeed
from ..rules.changes import DESELECTED
from ..rules.selection import Selection
from .changes import add
from .reach import wanted_by


def select_again(feed: PartnerFeed, selection: Selection, now: datetime) -> int:
    """Returns how many articles that they were given no feed of theirs lets through any more."""
    with transaction.atomic():
        partner = Partner.objects.select_for_update().get(pk=feed.partner_id)
        before = _held(partner)
        for field in fields(selection):
            setattr(feed, field.name, list(getattr(selection, field.name)))
        feed.save()
        lost = before - _held(partner)
        add([Change(article_id=one, partner=partner, kind=DESELECTED, at=now) for one in sorted(lost)])
        ring("tell_partners")
        return len(lost)


def _held(partner: Partner) -> set[UUID]:
    """What they were given and still choose."""
    given = Article.objects.filter(wanted_by(partner), pulls__partner=partner)
    return set(given.exclude(status="withdrawn").values_list("pk", flat=True))
