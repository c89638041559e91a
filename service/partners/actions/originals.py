"""An article as the check of a copy needs it."""

from service.attribution.checking import Original, Picture, Text
from service.attribution.rules import compose
from service.content.models import Article
from service.newsroom.current import newsroom
from service.toolbox import html


def original(article: Article) -> Original:
    """With all its versions, and with its pictures: only a lead picture may be known to be free."""
    house = newsroom()
    free = [article.image_url] if article.image_may_republish else []
    versions = article.versions.exclude(kind="scheduled").order_by("number")
    return Original(
        attribution=compose(article, house, house.asks[article.language]),
        texts=tuple(Text(one.number, one.kind, tuple(html.paragraphs(one.body))) for one in versions),
        authors=tuple(article.author_names),
        pictures=tuple(Picture(url, url in free) for url in _urls(article)),
        withdrawn=article.status == "withdrawn",
    )


def _urls(article: Article) -> list[str]:
    found = [article.image_url] if article.image_url else []
    return list(dict.fromkeys([*found, *html.pictures(article.body)]))
