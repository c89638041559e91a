"""Which of our articles does a page republish? The one that is named; else one that the page links to;
else one whose text it holds, among those of its title and the newest."""

from collections.abc import Iterable, Sequence

from service.attribution.checking import Republished
from service.attribution.checking.page import Page
from service.attribution.checking.reading import read
from service.attribution.checking.shingles import shingles, text_words
from service.content.models import Article
from service.partners.actions.named import MOST_LINKS, at, known
from service.toolbox import html
from service.toolbox.errors import ServiceError

# What keeps the search short, whatever the page holds and however many articles there are.
_NEWEST = 1000
_LEAST_SHARED = 30  # runs of four words: two or three sentences


def on_page(republished: Republished) -> Article:
    """Raises ServiceError where nothing of ours is found."""
    page = read(republished.body, republished.url, republished.headers or {})
    here = set(shingles(page.words))
    linked = list(at(link.url for link in page.links))
    found = _best(linked, here) or _best(_candidates(page), here) or (linked[0] if linked else None)
    if found is None:
        raise ServiceError(
            f"{republished.url} holds no text of the newest {_NEWEST:,} articles and links to none of ours. "
            "Name the article with --article."
        )
    return found


def _candidates(page: Page) -> Iterable[Article]:
    yield from known().filter(title__in=_titles(page))[:MOST_LINKS]
    yield from known().newest_first()[:_NEWEST].iterator(chunk_size=100)


def _titles(page: Page) -> Sequence[str]:
    told = [line.text for line in page.lines if line.heading in ("h1", "h2")]
    metas = page.root.xpath("//meta[@property='og:title']/@content")
    return [*told, *(str(meta).strip() for meta in metas)][:20]


def _best(articles: Iterable[Article], here: set[tuple[str, ...]]) -> Article | None:
    """The one that shares most with the page."""
    best, most = None, _LEAST_SHARED - 1
    for article in articles:
        shared = len(here.intersection(shingles(text_words(html.paragraphs(article.body)))))
        if shared > most:
            best, most = article, shared
    return best
