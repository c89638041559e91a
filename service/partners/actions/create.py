"""A partner begins: the organisation, a feed of everything, and a first key."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext

from service.newsroom.current import newsroom
from service.toolbox.errors import ServiceError

from ..models import Partner
from ..rules.admission import SCOPES
from .keys import issue

EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Begun:
    """`key` is shown once."""

    partner: Partner
    key: str


def create(
    name: str,
    corrections_to: str,
    now: datetime,
    *,
    language: str = "",
    country: str = "",
    domains: tuple[str, ...] = (),
    terms: str = "",
) -> Begun:
    """`terms` is the version that the partner accepted; without one its key opens nothing yet. Raises
    ServiceError."""
    slug, language = slugify(name)[:60], language or newsroom().language
    if not slug:
        raise ServiceError(gettext("A partner needs a name with letters in it."))
    if language not in newsroom().languages:
        told = gettext("We write in %(ours)s, not in '%(language)s'.")
        raise ServiceError(told % {"ours": ", ".join(newsroom().languages), "language": language})
    try:
        validate_email(corrections_to)
    except ValidationError:
        told = gettext("'%(address)s' is no mail address. Corrections must reach somebody.")
        raise ServiceError(told % {"address": corrections_to}) from None
    with transaction.atomic():
        partner, new = Partner.objects.get_or_create(
            slug=slug,
            defaults={
                "name": name,
                "corrections_to": corrections_to,
                "language": language,
                "country": country.upper(),
                "domains": [domain.lower() for domain in domains],
                "terms_version": terms,
                "terms_accepted_at": now if terms else None,
                "created": now,
            },
        )
        if not new:
            told = gettext("There is a partner %(slug)s already. Give this one another name.")
            raise ServiceError(told % {"slug": slug})
        partner.feeds.create(name=EVERYTHING)
        return Begun(partner, issue(partner, now, label="first", scopes=SCOPES))
