"""That an article was used elsewhere: one row for each page, however we heard of it."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from service.content.models import Article
from service.newsroom.current import newsroom
from service.toolbox.bell import ring

from ..models import Partner, Republication
from ..rules.pages import host_of, is_at

SOON = "check_republications"


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
    """Looked at soon. Told again, it is the same row; what was not known of it before is added."""
    partner = partner or partner_at(url)
    known = {"partner": partner, "organisation": organisation[:200], "country": country.upper(), "contact": contact}
    if partner:
        known.update(organisation=organisation[:200] or partner.name, country=country.upper() or partner.country)
    given = {**known, "heard_by": heard_by, "reported": now, "check_after": now}
    row, new = Republication.objects.get_or_create(article=article, url=url, defaults=given)
    added = {name: value for name, value in known.items() if value and not getattr(row, name)}
    if added and not new:
        for name, value in added.items():
            setattr(row, name, value)
        row.save(update_fields=list(added))
    ring(SOON)
    return row


def partner_at(url: str) -> Partner | None:
    """Whose domain the page stands at; of two, the one that names it more exactly."""
    host = host_of(url)
    fits = [
        (len(domain), partner)
        for partner in Partner.objects.exclude(domains=[])
        for domain in partner.domains
        if is_at(host, domain)
    ]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def our_hosts() -> Iterable[str]:
    """No page there is a use: our own, and where every copy links to."""
    house = newsroom()
    links = [*house.sites.values(), house.licence.url, *house.licence.deeds.values(), str(settings.SITE_URL)]
    links += [ask.url for ask in house.asks.values()]
    return {house.domain, *(urlsplit(link).hostname or "" for link in links)} - {""}
