"""Where articles were republished, per article and month, for the desk and for reports to donors."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from service.content.models import Article
from service.partners.actions import impact as counting
from service.partners.actions.exporting import export_impact
from service.partners.models import Republication
from service.people.rules.roles import Right

from .door import desk
from .pages import page
from .wordings import PAGE_OUTCOMES


@require_safe
@desk(Right.SEE)
def impact(request: HttpRequest) -> HttpResponse:
    """Of all articles, in a month or ever."""
    month = request.GET.get("month", "")
    rows = counting.impact(month)
    pages = sum(row.pages for row in rows)
    told = ngettext("%(articles)s on %(pages)d page.", "%(articles)s on %(pages)d pages.", pages)
    articles = ngettext("%(count)d article was republished", "%(count)d articles were republished", len(rows))
    sentence = told % {"articles": articles % {"count": len(rows)}, "pages": pages}
    return page(
        request, "impact.html", {"title": gettext("Impact"), "sentence": sentence, "month": month, "rows": rows}
    )


@require_safe
@desk(Right.SEE)
def impact_of(request: HttpRequest, key: str) -> HttpResponse:
    article = Article.objects.with_key(key).first()
    if article is None:
        raise Http404
    rows, pages = counting.impact(article=article), Republication.objects.filter(article=article).order_by("reported")
    values = {"article": article, "row": rows[0] if rows else None, "pages": pages, "outcomes": PAGE_OUTCOMES}
    return page(request, "impact_article.html", {"title": article.title, **values})


@require_safe
@desk(Right.SEE)
def impact_csv(request: HttpRequest) -> HttpResponse:
    month = request.GET.get("month", "")
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="impact-{month or "all"}.csv"'
    export_impact(answer, month)  # type: ignore[arg-type]  # it writes text, which is all that csv asks
    return answer
