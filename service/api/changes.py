"""What became of articles, and what a correction changed in one."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from markupsafe import Markup
from ninja import Path, Query, Router

from service.content.actions.differences import Difference
from service.content.models import Article
from service.content.rules.comparison import CHANGED, KEPT, Paragraph, words
from service.partners.actions.changes import changes_for, last_number
from service.partners.actions.differences import difference
from service.partners.actions.pulls import note
from service.partners.actions.reach import reachable
from service.partners.models import Change
from service.partners.rules.changes import is_significant, status_told

from . import shapes
from .asking import ArticleId, Limit, one_of
from .problems import NotHere, Problem
from .unchanged import or_unchanged
from .visit import is_given, visit_of

router = Router(tags=["changes"])
After = Annotated[
    str, Query(pattern=r"^[0-9]{1,18}$", description="`next` of the last answer; 0 to begin with.", examples=["1042"])
]
VersionNumber = Annotated[int, Path(ge=1, le=2_000_000_000)]
From = Annotated[
    int | None,
    Query(
        alias="from",
        ge=1,
        le=2_000_000_000,
        description="The version that you have; without it, the last you were given.",
    ),
]


@router.get("/changes", response=shapes.Changes, operation_id="listChanges")
@or_unchanged
def list_changes(request: HttpRequest, after: After = "0", limit: Limit = 100) -> dict[str, Any]:
    """Everything that became of articles that your feeds let through or that you were given. Ask as seldom
    as you like: nothing is left out."""
    visit = visit_of(request)
    if int(after) > last_number():
        raise Problem(409, "cursor_from_elsewhere", "This cursor is none of ours any more. Begin again with 0.")
    page = changes_for(visit.partner, int(after), limit)
    return {"changes": [_shown(change) for change in page.changes], "next": str(page.last), "more": page.more}


@router.get(
    "/articles/{article_id}/versions/{number}/diff.html",
    operation_id="diffAsHtml",
    summary="A diff as HTML",
    openapi_extra={"responses": {200: {"description": "OK", "content": {"text/html": {"schema": {"type": "string"}}}}}},
)
@or_unchanged
def diff_html(request: HttpRequest, article_id: ArticleId, number: VersionNumber, old: From = None) -> HttpResponse:
    """The same with <ins> and <del>, to read or to put beside your text."""
    found = _difference(request, article_id, number, old)
    return HttpResponse(_as_html(found), content_type="text/html; charset=utf-8")


@router.get("/articles/{article_id}/versions/{number}/diff", response=shapes.Difference, operation_id="diff")
@or_unchanged
def diff(request: HttpRequest, article_id: ArticleId, number: VersionNumber, old: From = None) -> dict[str, Any]:
    """What a version changed, paragraph by paragraph, against the one that you have."""
    found = _difference(request, article_id, number, old)
    return {
        "article": found.article.key,
        "language": found.article.language,
        "old_version": found.old,
        "new_version": found.new,
        "note": found.note,
        "title": _paragraph(found.title),
        "standfirst": _paragraph(found.standfirst),
        "paragraphs": [_paragraph(one) for one in found.paragraphs],
        "more_changed": found.more_changed,
    }


def _shown(change: Change) -> dict[str, Any]:
    article, version = change.article, change.version
    return {
        "kind": change.kind,
        "at": change.at,
        "article": article.key,
        "guid": article.guid,
        "url": article.canonical_url,
        "title": article.title,
        "language": article.language,
        "version": version.number if version else None,
        "note": version.note if version else "",
        "significant": is_significant(change.kind, version.kind if version else ""),
        "status": status_told(article.status, came_out=article.first_seen is not None),
    }


def _difference(request: HttpRequest, article_id: str, number: int, old: int | None) -> Difference:
    """It holds the whole text, so that version counts as given."""
    visit = visit_of(request)
    article = one_of(reachable(visit.partner, visit.now).exclude(status="withdrawn"), article_id)
    found = difference(visit.partner, article, number, old)
    if found is None:
        raise NotHere("There are no two such versions that you could have been given.", "no_such_version")
    if is_given(request):
        note(visit.partner, [Article(pk=article.pk, version=found.new)], "api", visit.now)
    return found


def _paragraph(one: Paragraph) -> dict[str, Any]:
    stretches = words(one) if one.state == CHANGED else ()
    return {
        "state": one.state,
        "old": one.old,
        "new": one.new,
        "words": [{"state": stretch.state, "text": stretch.text} for stretch in stretches],
    }


_MARKS = {"kept": Markup("{}"), "added": Markup("<ins>{}</ins>"), "removed": Markup("<del>{}</del>")}


def _as_html(found: Difference) -> str:
    lines = [Markup("<h1>{}</h1>").format(_marked(found.title))]
    if found.standfirst.old or found.standfirst.new:
        lines.append(Markup("<p><strong>{}</strong></p>").format(_marked(found.standfirst)))
    lines += [Markup("<p>{}</p>").format(_marked(one)) for one in found.paragraphs]
    return Markup('<article lang="{}">\n{}\n</article>\n').format(found.article.language, Markup("\n").join(lines))


def _marked(one: Paragraph) -> Markup:
    if one.state == CHANGED:
        return Markup("").join(_MARKS[stretch.state].format(stretch.text) for stretch in words(one))
    return _MARKS[one.state].format(one.new if one.state == KEPT else one.old or one.new)
