"""Where articles were republished: what the desk reads, and what goes into a report to donors."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils.translation import gettext

from service.content.models import Article
from service.newsroom.current import newsroom
from service.toolbox.errors import ServiceError
from service.toolbox.fetch import host_of

from ..models import Pull, Republication
from ..rules.looking import FAULTS, WELL


@dataclass(frozen=True, slots=True)
class Impact:
    """Of one article. `pages` in all; `well`, `faults` and `live` of them at the last look; `given` is how
    many partners were given its text."""

    article: Article
    pages: int
    outlets: tuple[str, ...]
    countries: tuple[str, ...]
    well: int
    faults: int
    live: int
    given: int


def month_of(text: str) -> tuple[datetime, datetime]:
    """Where `2026-11` begins and ends in the newsroom's zone. Raises ServiceError."""
    try:
        begins = datetime.strptime(text, "%Y-%m").replace(tzinfo=newsroom().zone)
    except ValueError:
        told = gettext("'%(text)s' is no month. Write it like 2026-11.")
        raise ServiceError(told % {"text": text}) from None
    return begins, (begins + timedelta(days=32)).replace(day=1)


def impact(month: str = "", article: Article | None = None) -> list[Impact]:
    """Of each article of which a use was reported in that month (or ever), the most used first. Raises
    ServiceError."""
    rows = Republication.objects.select_related("article", "partner").defer("article__body", "article__original")
    if month:
        begins, ends = month_of(month)
        rows = rows.filter(reported__gte=begins, reported__lt=ends)
    if article:
        rows = rows.filter(article=article)
    pages: dict[Article, list[Republication]] = defaultdict(list)
    for row in rows.order_by("reported", "id"):
        pages[row.article].append(row)
    given = _given(pages)
    found = [_of(one, mine, given.get(one.pk, 0)) for one, mine in pages.items()]
    return sorted(found, key=lambda one: (-one.pages, one.article.title))


def _of(article: Article, pages: list[Republication], given: int) -> Impact:
    return Impact(
        article=article,
        pages=len(pages),
        outlets=tuple(sorted({page.organisation or host_of(page.url) for page in pages})),
        countries=tuple(sorted({page.country for page in pages} - {""})),
        well=sum(page.outcome == WELL for page in pages),
        faults=sum(page.outcome == FAULTS for page in pages),
        live=sum(page.live is True for page in pages),
        given=given,
    )


def _given(articles: Iterable[Article]) -> dict[object, int]:
    counted = Pull.objects.filter(article__in=list(articles)).values_list("article")
    return dict(counted.annotate(count=Count("partner", distinct=True)))
