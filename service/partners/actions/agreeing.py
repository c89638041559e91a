"""What the desk agrees with a partner, changes, suspends and allows again."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext

from service.newsroom.current import newsroom
from service.toolbox.errors import ServiceError

from ..models import Partner, PartnerFeed
from ..rules.selection import Selection
from .selecting import select_again

AGREED = (
    "name",
    "country",
    "language",
    "domains",
    "corrections_to",
    "legal_to",
    "images",
    "lead_minutes",
    "donation_call",
    "hook_url",
    "requests_per_hour",
    "terms_version",
)


class NotAgreed(ServiceError):
    """`fields` has a sentence for each that can't be so."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(gettext("Nothing was changed: mend what is marked below."))
        self.fields = fields


def agree(partner: Partner, agreed: Mapping[str, object], now: datetime) -> None:
    """`agreed` has the fields of AGREED, as they were typed. Another version of the terms counts as accepted
    now; without one no key opens anything. Raises NotAgreed."""
    before = partner.terms_version
    for name in AGREED:
        setattr(partner, name, agreed[name])
    partner.country = partner.country.upper()
    if partner.terms_version != before:
        partner.terms_accepted_at = now if partner.terms_version else None
    try:
        partner.full_clean()
    except ValidationError as error:
        raise NotAgreed({name: " ".join(told) for name, told in error.message_dict.items()}) from None
    if partner.language not in newsroom().languages:
        raise NotAgreed({"language": gettext("We write in none but the newsroom's languages.")})
    partner.save()


def suspend(partner: Partner, now: datetime) -> None:
    """No key of theirs opens anything, from this moment."""
    Partner.objects.filter(pk=partner.pk, suspended_at=None).update(suspended_at=now)


def let_in(partner: Partner) -> None:
    Partner.objects.filter(pk=partner.pk).update(suspended_at=None)


def add_feed(partner: Partner, name: str, selection: Selection, now: datetime) -> PartnerFeed:
    """One more, of what `selection` lets through. Raises ServiceError."""
    slug = slugify(name)[:60]
    if not slug:
        raise ServiceError(gettext("A feed needs a name with letters in it."))
    with transaction.atomic():
        Partner.objects.select_for_update().get(pk=partner.pk)
        if partner.feeds.filter(name=slug).exists():
            raise ServiceError(gettext("This partner has a feed of that name already."))
        feed = PartnerFeed(partner=partner, name=slug)
        select_again(feed, selection, now)
    return feed
