"""An article as a person names it."""

from collections.abc import Iterable

from django.utils.translation import gettext

from service.attribution.checking.links import host, normal
from service.content.models import Article, ArticleQuerySet
from service.newsroom.current import newsroom
from service.toolbox.errors import ServiceError

MOST_LINKS = 200  # keeps the search short, however many a page holds


def named(words: str) -> Article:
    """By its key, its whole id or its address. Raises ServiceError where there is none such."""
    found = known().with_key(words).first() or at([words]).first()
    if found is None:
        told = gettext("There is no article '%(words)s'. Give its key, its id or its address on your own site.")
        raise ServiceError(told % {"words": words})
    return found


def known() -> ArticleQuerySet:
    """What the world may know of."""
    return Article.objects.exclude(status="scheduled")


def at(urls: Iterable[str]) -> ArticleQuerySet:
    """Those whose own address is one of these, however it is spelt."""
    ours = {host(site) for site in newsroom().sites.values()}
    wanted = list(dict.fromkeys(address for url in urls if (address := normal(url)) and host(url) in ours))
    spelt = [spelling for address in wanted[:MOST_LINKS] for spelling in _spellings(address)]
    return known().filter(canonical_url__in=spelt)


def _spellings(address: str) -> list[str]:
    path, mark, query = address.partition("?")
    return [
        f"{scheme}://{www}{path}{slash}{mark}{query}"
        for scheme in ("https", "http")
        for www in ("", "www.")
        for slash in ("/", "")
    ]
