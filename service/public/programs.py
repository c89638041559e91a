"""What programs read and that is no feed: one article as ninjs, lists of feeds, and the page that explains
the words of ours in them."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from service.content.models import Article
from service.feeds.actions.documents import alone
from service.feeds.actions.publish import next_publication
from service.feeds.formats import ninjs as one_article
from service.feeds.formats import opml as outline
from service.feeds.models import PublishedFeed
from service.feeds.rules import NINJS_TYPE, OPML_TYPE, REPUBLISH, max_age
from service.newsroom.current import newsroom
from service.toolbox import clock

from . import directory
from .pages import page

_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Link",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@gzip_page
@require_safe
def ninjs(request: HttpRequest, article_id: Any) -> HttpResponse:
    """IPTC ninjs 3.1. A withdrawn article stays here as canceled, without its text, for as long as its guid
    is known; one whose hour has not come is not here."""
    article = get_object_or_404(Article.objects.seen().complete(), pk=article_id)
    document = alone(article, clock.now())
    body = one_article.one(document, document.items[0])
    links = f'<{article.canonical_url}>; rel="canonical", <{document.licence_url}>; rel="license"'
    return _answer(request, body, NINJS_TYPE, _changed(article), {"Link": links})


@gzip_page
@require_safe
def opml(request: HttpRequest, language: str = "") -> HttpResponse:
    """Every feed there is, or those of one language."""
    if language and language not in newsroom().languages:
        raise Http404
    listing = directory.listing([language] if language else list(newsroom().languages))
    return _answer(request, outline.write(listing), OPML_TYPE, listing.updated, {})


@require_safe
def report_relation(request: HttpRequest) -> HttpResponse:
    """Where the name of our link relation leads, and what `_republication` in a JSON feed means."""
    return page(request, "report_relation.html", {})


def _changed(article: Article) -> datetime:
    """Not before anything that the answer shows: the article's last version, and the last time that feeds
    were built, for new terms, another donation call or a translation build those anew."""
    version = article.versions.order_by("-number").first()
    feeds = PublishedFeed.objects.filter(kind=REPUBLISH).aggregate(built=Max("built_at"))
    return max(moment for moment in (article.updated, version and version.at, feeds["built"]) if moment)


def _answer(request: HttpRequest, body: bytes, kind: str, changed: datetime, headers: dict[str, str]) -> HttpResponse:
    """Whole, or 304 (RFC 9110 §13); the headers that let other sites' pages read it stand on both."""
    etag, moment = f'"{sha256(body).hexdigest()[:32]}"', int(changed.timestamp())
    now = clock.now()
    kept = f"public, max-age={max_age(now, next_publication(now))}"
    told = {**_OPEN, **headers, "Cache-Control": kept, "ETag": etag, "Last-Modified": http_date(moment)}
    whole = HttpResponse(body, content_type=f"{kind}; charset=utf-8", headers=told)
    answer = get_conditional_response(request, etag=etag, last_modified=moment, response=whole) or whole
    for name, value in told.items():
        answer[name] = value
    return answer
