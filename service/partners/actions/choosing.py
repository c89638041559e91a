"""A partner's filter as a query, and what it would have let through lately."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from service.content.models import Article, ArticleQuerySet

from ..rules.selection import Selection

PREVIEWED = 20


@dataclass(frozen=True, slots=True)
class Tried:
    article: Article
    chosen: bool


def chosen(selection: Selection, articles: ArticleQuerySet) -> ArticleQuerySet:
    """Those that the selection lets through; the same answer as rules.selection.matches."""
    return articles.filter(wanted(selection))


def wanted(selection: Selection) -> Q:
    """The same as a condition, to be joined with others."""
    found = (
        _any("language", selection.languages)
        & _any("kind", selection.kinds)
        & _having("topics", selection.topics)
        & _having("countries", selection.countries)
    )
    if selection.not_kinds:
        found &= ~_any("kind", selection.not_kinds)
    for field, slugs in (("topics", selection.not_topics), ("countries", selection.not_countries)):
        if slugs:
            found &= ~_having(field, slugs)
    return found


def tried(selection: Selection, now: datetime) -> list[Tried]:
    """The last twenty articles, and whether each would have come through."""
    latest = list(Article.objects.published().newest_first()[:PREVIEWED])
    through = set(
        chosen(selection, Article.objects.filter(pk__in=[one.pk for one in latest])).values_list("pk", flat=True)
    )
    return [Tried(article, article.pk in through) for article in latest]


def _any(field: str, values: tuple[str, ...]) -> Q:
    return Q(**{f"{field}__in": values}) if values else Q()


def _having(relation: str, slugs: tuple[str, ...]) -> Q:
    """By a subquery, so that no article comes twice."""
    if not slugs:
        return Q()
    through = getattr(Article, relation).through
    column = {"topics": "topic", "countries": "country"}[relation]
    return Q(pk__in=through.objects.filter(**{f"{column}__slug__in": slugs}).values("article_id"))
