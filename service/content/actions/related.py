"""Articles that belong beside one: the CMS's choice, else those that share a topic and a country."""

from ..models import Article

MOST = 3


def related(article: Article) -> list[Article]:
    """At most three, published, in the article's language, newest first where nobody chose."""
    readable = Article.objects.published().in_language(article.language).exclude(pk=article.pk).complete()
    chosen = list(readable.filter(source=article.source_id, external_id__in=article.related_ids))
    order = {external_id: place for place, external_id in enumerate(article.related_ids)}
    found = sorted(chosen, key=lambda one: order[one.external_id])[:MOST]
    if found:
        return found
    shared = readable.filter(topics__in=article.topics.all(), countries__in=article.countries.all())
    return list(shared.distinct().newest_first()[:MOST])
