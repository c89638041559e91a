"""Articles: a list to choose from, and one in each format."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from service.attribution.formats import facts
from service.content.models import Article
from service.feeds.actions.copies import Terms, as_html, attribution, copy_of, withdrawal
from service.feeds.actions.documents import alone
from service.feeds.formats import ninjs
from service.feeds.rules import NINJS_TYPE
from service.partners.actions import pulls
from service.partners.actions.reach import offered, reachable
from service.partners.models import Partner

from . import shapes
from .asking import ArticleId, Filter, Place, narrowed, one_of, selections
from .problems import NotHere, Problem
from .unchanged import or_unchanged
from .visit import Visit, is_given, visit_of

router = Router(tags=["articles"])
FORMATS = {"html": "text/html", "txt": "text/plain", "md": "text/markdown"}
NINJS = "ninjs.json"


@router.get("/articles", response=shapes.Articles, operation_id="listArticles")
@or_unchanged
def list_articles(request: HttpRequest, asked: Query[Filter]) -> dict[str, Any]:
    """Published articles that your feeds let through, newest first; early ones too if that was agreed."""
    visit = visit_of(request)
    chosen = narrowed(offered(visit.partner, selections(visit.partner, asked.feed), visit.now), asked)
    if asked.cursor:
        chosen = chosen.filter(Place.read(asked.cursor).after())
    if not asked.text:
        chosen = chosen.defer("body", "original")
    found = list(chosen.newest_first().complete()[: asked.limit + 1])
    page, more = found[: asked.limit], len(found) > asked.limit
    if asked.text:
        _note(request, page)
    return {
        "articles": [_shown(one, visit, twins, text=asked.text) for one, twins in _with_twins(page)],
        "next": str(Place(page[-1].published, page[-1].pk)) if more else None,
    }


def in_format(format: str) -> Callable[..., HttpResponse]:
    """Before the plain address of an article in the list of routes, which would match too."""

    @or_unchanged
    def article_in_format(request: HttpRequest, article_id: ArticleId) -> HttpResponse:
        """The copy to publish, with the attribution above and below. Not before it is published."""
        visit = visit_of(request)
        article = _published(visit, article_id)
        copy = copy_of(article, format, visit.now, _terms(visit.partner))
        _note(request, [article])
        return HttpResponse(copy.body, content_type=f"{copy.type}; charset=utf-8")

    return article_in_format


for _format, _type in FORMATS.items():
    router.get(
        f"/articles/{{article_id}}.{_format}",
        operation_id=f"article_{_format}",
        summary=f"One article as {_type}",
        url_name=f"article_{_format}",
        openapi_extra={"responses": {200: {"description": "OK", "content": {_type: {"schema": {"type": "string"}}}}}},
    )(in_format(_format))


@router.get(
    "/articles/{article_id}.ninjs.json",
    operation_id="article_ninjs",
    summary="One article as IPTC ninjs 3.1",
    url_name="article_ninjs",
    openapi_extra={"responses": {200: {"description": "OK", "content": {NINJS_TYPE: {"schema": {"type": "object"}}}}}},
)
@or_unchanged
def article_as_ninjs(request: HttpRequest, article_id: ArticleId) -> HttpResponse:
    """As agencies exchange it; an early one says until when it is embargoed."""
    visit = visit_of(request)
    article = _open(visit, article_id)
    document = alone(article, visit.now, _terms(visit.partner))
    _note(request, [article])
    return HttpResponse(ninjs.one(document, document.items[0]), content_type=f"{NINJS_TYPE}; charset=utf-8")


@router.get("/articles/{article_id}", response=shapes.Article, operation_id="article")
@or_unchanged
def article(request: HttpRequest, article_id: ArticleId) -> dict[str, Any]:
    """One article, as JSON. 410 with the notice where it was withdrawn: take your copy down."""
    visit = visit_of(request)
    found = _open(visit, article_id)
    _note(request, [found])
    ((one, twins),) = _with_twins([found])
    return _shown(one, visit, twins, text=True)


def _open(visit: Visit, article_id: str) -> Article:
    """Raises NotHere, and Problem where it was withdrawn."""
    found = one_of(reachable(visit.partner, visit.now), article_id)
    if found.status != "withdrawn":
        return found
    notice = withdrawal(found, attribution(found, visit.now))
    raise Problem(
        410,
        "article_withdrawn",
        "This article was withdrawn. Take your copy down and show the notice in its place.",
        article=found.key,
        guid=found.guid,
        version=found.version,
        withdrawn=found.updated.isoformat(),
        notice=notice,
    )


def _published(visit: Visit, article_id: str) -> Article:
    article = _open(visit, article_id)
    if article.status == "scheduled":
        raise NotHere("This article is not published yet. Until then there is its JSON, and ninjs.")
    return article


def _note(request: HttpRequest, articles: Iterable[Article]) -> None:
    if is_given(request):
        visit = visit_of(request)
        pulls.note(visit.partner, articles, "api", visit.now)


def _terms(partner: Partner) -> Terms:
    return Terms(partner.images, partner.donation_call)


def _with_twins(articles: Iterable[Article]) -> list[tuple[Article, list[Article]]]:
    found = list(articles)
    groups: dict[str, list[Article]] = {one.translation: [] for one in found if one.translation}
    for twin in Article.objects.published().filter(translation__in=groups).order_by("language", "id"):
        groups[twin.translation].append(twin)
    return [(one, [twin for twin in groups.get(one.translation, []) if twin.language != one.language]) for one in found]


def _shown(article: Article, visit: Visit, twins: list[Article], *, text: bool) -> dict[str, Any]:
    terms = _terms(visit.partner)
    told = attribution(article, visit.now, terms)
    content = as_html(article, told, terms) if text else None
    return {
        **{name: getattr(article, name) for name in ("guid", "language", "kind", "title", "standfirst", "version")},
        "id": article.key,
        "url": article.canonical_url,
        "byline": told.byline,
        "authors": list(article.author_names),
        "topics": _named(article.topics.all(), article.language),
        "countries": _named(article.countries.all(), article.language),
        "published": article.published,
        "updated": article.updated,
        "status": _status(article),
        "embargoed_until": article.embargoed_until,
        "corrections": [
            {"kind": one.kind, "at": one.at, "version": one.number, "note": one.note} for one in article.told
        ],
        "translations": [
            {"id": twin.key, "language": twin.language, "title": twin.title, "url": twin.canonical_url}
            for twin in twins
        ],
        "image": _image(article) if terms.pictures else None,
        "content_html": content,
        "content_sha256": hashlib.sha256(content.encode()).hexdigest() if content else None,
        "attribution": facts.facts(told) if text else None,
        "formats": {one: address(article, f".{one}") for one in _endings(article)},
    }


def _endings(article: Article) -> tuple[str, ...]:
    """Before it is out, only what can say so to a program."""
    return (NINJS,) if article.status == "scheduled" else (*FORMATS, NINJS)


def address(article: Article, rest: str = "") -> str:
    return f"{settings.SITE_URL}/api/v1/articles/{article.key}{rest}"


def _named(rows: Iterable[Any], language: str) -> list[dict[str, str]]:
    return [{"slug": row.slug, "name": row.name(language)} for row in sorted(rows, key=lambda one: str(one.slug))]


def _status(article: Article) -> str:
    if article.status == "scheduled":
        return "embargoed"
    return "corrected" if article.change == "correction" else "usable"


def _image(article: Article) -> dict[str, Any] | None:
    if not article.image_url or not article.image_may_republish:
        return None
    return {
        "url": article.image_url,
        "alt": article.image_alt,
        "credit": article.credit,
        "width": article.image_width or None,
        "height": article.image_height or None,
    }
