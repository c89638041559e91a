"""Which of our articles does a page republish? The one that is named; else one that the page links to;
else one whose text it holds, among those of its title and the newest."""

from collections.abc import Iterable, Sequence

from service.attribution.checking import Republished
from service.attribution.checking.links import host, normal
from service.attribution.checking.page import Page
from service.attribution.checking.reading import read
from service.attribution.checking.shingles import shingles, text_words
from service.content.models import Article, ArticleQuerySet
from service.newsroom.current import newsroom
from service.toolbox import html
from service.toolbox.errors import ServiceError

# What keeps the search short, whatever the page holds and however many articles there are.
_MOST_LINKS = 200
_NEWEST = 1000
_LEAST_SHARED = 30  # runs of four words: two or three sentences


def named(words: str) -> Article:
    """By its key, its whole id or its address. Raises ServiceError where there is none such."""
    found = _known().with_key(words).first() or _at([words]).first()
    if found is None:
        raise ServiceError(f"There is no article {words!r}. Give its key, its id or its address on your own site.")
    return found


def on_page(republished: Republished) -> Article:
    """Raises ServiceError where nothing of ours is found."""
    page = read(republished.body, republished.url, republished.headers or {})
    here = set(shingles(page.words))
    linked = list(_at(link.url for link in page.links))
    found = _best(linked, here) or _best(_candidates(page), here) or (linked[0] if linked else None)
    if found is None:
        raise ServiceError(
            f"{republished.url} holds no text of the newest {_NEWEST:,} articles and links to none of ours. "
            "Name the article with --article."
        )
    return found


def _at(urls: Iterable[str]) -> ArticleQuerySet:
    """Those whose own address is one of these, however it is spelt."""
    ours = {host(site) for site in newsroom().sites.values()}
    wanted = list(dict.fromkeys(address for url in urls if (address := normal(url)) and host(url) in ours))
    spelt = [spelling for address in wanted[:_MOST_LINKS] for spelling in _spellings(address)]
    return _known().filter(canonical_url__in=spelt)


def _spellings(address: str) -> list[str]:
    path, mark, query = address.partition("?")
    return [
        f"{scheme}://{www}{path}{slash}{mark}{query}"
        for scheme in ("https", "http")
        for www in ("", "www.")
        for slash in ("/", "")
    ]


def _candidates(page: Page) -> Iterable[Article]:
    yield from _known().filter(title__in=_titles(page))[:_MOST_LINKS]
    yield from _known().newest_first()[:_NEWEST].iterator(chunk_size=100)


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


def _known() -> ArticleQuerySet:
    return Article.objects.exclude(status="scheduled")
