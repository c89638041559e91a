"""At whose site a page stands."""

from django.conf import settings

from service.newsroom.current import newsroom
from service.toolbox.fetch import host_of

from ..models import Partner
from ..rules.pages import is_at


def partner_at(url: str) -> Partner | None:
    """Whose domain it is; of two, the one that names it more exactly."""
    host = host_of(url)
    fits = [
        (len(domain), partner)
        for partner in Partner.objects.exclude(domains=[])
        for domain in partner.domains
        if is_at(host, domain)
    ]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def our_hosts() -> set[str]:
    """No page there is a use: our own, and where every copy links to."""
    house = newsroom()
    links = [*house.sites.values(), house.licence.url, *house.licence.deeds.values(), str(settings.SITE_URL)]
    links += [ask.url for ask in house.asks.values()]
    return {house.domain, *map(host_of, links)} - {""}
