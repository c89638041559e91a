"""A use of an article is reported, by whichever way: it becomes one Republication."""

from datetime import datetime, timedelta

from django.db import transaction

from service.content.models import Article

from ..models import Partner, Republication
from ..rules.addresses import page_elsewhere
from .notices import tell_of_open
from .whose import our_hosts

LOOKED_AT_MOST_EVERY = timedelta(minutes=10)


def report_use(
    article: Article,
    url: str,
    heard_by: str,
    now: datetime,
    *,
    partner: Partner | None = None,
    organisation: str = "",
    country: str = "",
    contact: str = "",
) -> Republication:
    """Heard of the same page again, it stays the same row: what was not known of it is filled in, and it
    is looked at again soon. Whoever is known to carry it only now hears of notices that are open.
    `heard_by` is form, api, mail or desk. Raises NotAPage."""
    told = {
        "partner": partner,
        "organisation": (organisation or (partner.name if partner else ""))[:200],
        "country": (country or (partner.country if partner else "")).upper()[:2],
        "contact": contact,
    }
    row, new = Republication.objects.get_or_create(
        article=article,
        url=page_elsewhere(url, our_hosts()),
        defaults={**told, "heard_by": heard_by, "reported": now, "check_after": now},
    )
    if new:
        return row
    missing = {name: value for name, value in told.items() if value and not getattr(row, name)}
    soon = max(now, row.checked + LOOKED_AT_MOST_EVERY) if row.checked else now
    for name, value in {**missing, "check_after": soon}.items():
        setattr(row, name, value)
    with transaction.atomic():
        row.save(update_fields=[*missing, "check_after"])
        if missing.keys() & {"partner", "contact"}:
            tell_of_open(article, now)
    return row
