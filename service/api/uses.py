"""Where a partner used an article."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from service.content.models import Article
from service.partners.actions.uses import report_use
from service.partners.actions.whose import partner_at
from service.partners.models import Republication

from . import shapes
from .asking import Limit, one_of
from .visit import visit_of

router = Router(tags=["uses"])
Before = Annotated[str, Query(pattern=r"^[0-9]{1,18}$", description="`next` of the page before.", examples=["1042"])]
NEWEST = "9" * 18


@router.post("/uses", response={201: shapes.Use}, operation_id="reportUse")
def report(request: HttpRequest, use: shapes.UseIn) -> Status[Any]:
    """Tell us that you published an article: we look whether all is as it should be, and write to you
    when it must be corrected. The same page twice is the same use; a page at another partner's domain is theirs."""
    visit = visit_of(request)
    article = one_of(Article.objects.came_out(), use.article)
    owner = partner_at(use.url) or visit.partner
    return Status(201, _shown(report_use(article, use.url, "api", visit.now, partner=owner)))


@router.get("/uses", response=shapes.Uses, operation_id="listUses")
def list_uses(request: HttpRequest, before: Before = NEWEST, limit: Limit = 100) -> dict[str, Any]:
    """What we know of where you published articles, newest first."""
    rows = Republication.objects.filter(partner=visit_of(request).partner, pk__lt=int(before)).order_by("-pk")
    found = list(rows.select_related("article")[: limit + 1])
    page = found[:limit]
    return {
        "uses": [_shown(row) for row in page],
        "next": str(page[-1].pk) if len(found) > limit else None,
    }


def _shown(row: Republication) -> dict[str, Any]:
    kept = ("id", "url", "reported", "heard_by", "checked", "outcome", "live")
    return {**{name: getattr(row, name) for name in kept}, "article": row.article.key}
