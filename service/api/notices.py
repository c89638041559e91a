"""Corrections, withdrawals and bylines taken off that a partner must act on."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from service.partners.actions.acknowledging import acknowledge
from service.partners.models import Told

from . import shapes
from .problems import NotHere
from .visit import visit_of

router = Router(tags=["notices"])
NoticeId = Annotated[int, Path(ge=1, le=9_000_000_000_000_000_000)]
Open = Annotated[bool, Query(description="Only those that you have not acknowledged.")]


@router.get("/notices", response=shapes.Notices, operation_id="listNotices")
def list_notices(request: HttpRequest, open: Open = False) -> dict[str, Any]:
    """The last hundred, newest first."""
    rows = Told.objects.filter(partner=visit_of(request).partner).order_by("-notice__at", "-notice_id")
    if open:
        rows = rows.filter(acknowledged=None)
    return {"notices": [_shown(row) for row in rows.select_related("notice__version__article")[:100]]}


@router.post("/notices/{notice_id}/acknowledge", response=shapes.Notice, operation_id="acknowledge")
def acknowledge_notice(request: HttpRequest, notice_id: NoticeId) -> dict[str, Any]:
    """Say that you have acted on it. We stop reminding you."""
    visit = visit_of(request)
    rows = Told.objects.select_related("notice__version__article")
    told = rows.filter(partner=visit.partner, notice=notice_id).first()
    if told is None:
        raise NotHere("There is no such notice to you.")
    acknowledge(told, "api", visit.now)
    return _shown(told)


def _shown(told: Told) -> dict[str, Any]:
    notice, version = told.notice, told.notice.version
    return {
        "id": notice.pk,
        "kind": notice.kind,
        "at": notice.at,
        "article": version.article.key,
        "url": version.article.canonical_url,
        "title": version.article.title,
        "version": version.number,
        "note": version.note,
        "acknowledged": told.acknowledged,
        "acknowledged_by": told.acknowledged_by,
    }
