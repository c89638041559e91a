"""Articles that belong beside one: the CMS's choice, else those that share a topic and a country.

Decided when an outlet first asks, and kept until the article changes: a copy does not change because
another story appeared.
"""

from collections.abc import Sequence
from uuid import UUID

from ..models import Article

MOST = 3


def related(article: Article) -> list[Article]:
    """At most three, published, in the article's language."""
    return related_of([article])[article.pk]


def related_of(articles: Sequence[Article]) -> dict[UUID, list[Article]]:
    """The same for many, with one query for those that were decided before."""
    for article in articles:
        if article.related_keys is None:
            article.related_keys = [str(key) for key in _decide(article)]
            Article.objects.filter(pk=article.pk).update(related_keys=article.related_keys)
    keys = {key for article in articles for key in article.related_keys or []}
    shown = {str(one.pk): one for one in Article.objects.published().filter(pk__in=keys).complete()}
    return {article.pk: [shown[key] for key in article.related_keys or [] if key in shown] for article in articles}


def _decide(article: Article) -> list[UUID]:
    others = Article.objects.published().in_language(article.language).exclude(pk=article.pk)
    chosen = dict(
        others.filter(source=article.source_id, external_id__in=article.related_ids).values_list("external_id", "pk")
    )
    if chosen:
        return [chosen[one] for one in article.related_ids if one in chosen][:MOST]
    shared = others.filter(topics__in=article.topics.all(), countries__in=article.countries.all())
    # Grouped rather than DISTINCT, which would compare whole bodies.
    newest = shared.values("pk", "published").order_by("-published", "-pk")[: MOST * 20]
    return list(dict.fromkeys(row["pk"] for row in newest))[:MOST]
