"""The hosts that a letter's links may lead to: those that the newsroom named, and nobody else's."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings

from service.appeals.models import Wording
from service.content.models import Source
from service.newsroom.current import newsroom


def own_hosts() -> frozenset[str]:
    """Byline's own, the quiet one, and those of the licence and of donations."""
    house = newsroom()
    named = [settings.SITE_URL, house.quiet.site if house.quiet else "", house.licence.url]
    asks = [*(ask.url for ask in house.asks.values()), *Wording.objects.values_list("url", flat=True)]
    return _hosts([*named, *house.licence.deeds.values(), *asks])


def article_hosts() -> frozenset[str]:
    """The newsroom's sites, and where the desk takes articles in from."""
    return _hosts([*newsroom().sites.values(), *Source.objects.values_list("address", flat=True)])


def known_hosts() -> frozenset[str]:
    return own_hosts() | article_hosts()


def _hosts(urls: Iterable[str]) -> frozenset[str]:
    return frozenset(host for host in (urlsplit(url).hostname for url in urls) if host)
