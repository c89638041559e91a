"""Gifts come in by a file: it is tried first, and kept nowhere."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from service.audience.gifts import NotCounted, Summary, import_gifts
from service.people.rules.roles import Right
from service.toolbox import clock
from service.toolbox.errors import ServiceError

from .door import desk
from .pages import page
from .uploads import MOST_BYTES, mark_of, on_disk, tried, upload_of, was_tried
from .wordings import GIFT_OUTCOMES

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """`tried` lets the same file in for real; "" once it is."""

    summary: Summary
    rows: list[NotCounted]
    tried: str


@require_safe
@desk(Right.PUBLISH, again=True)
def gifts(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@desk(Right.PUBLISH, again=True)
def take(request: HttpRequest) -> HttpResponse:
    """A dry run, unless it is the file that was tried just now: htmx sends the same form once more."""
    currency = request.POST.get("currency", "").strip().upper()
    try:
        return _page(request, currency, outcome=_taken(request, currency))
    except ServiceError as error:
        return _page(request, currency, error=str(error))


def _page(request: HttpRequest, currency: str = "", outcome: Outcome | None = None, error: str = "") -> HttpResponse:
    values = {
        "title": gettext("Bring in gifts"),
        "currency": currency,
        "outcomes": GIFT_OUTCOMES,
        "outcome": outcome,
        "error": error,
        "most_megabytes": MOST_BYTES >> 20,
    }
    whole = "HX-Request" not in request.headers
    return page(request, "appeals_gifts.html" if whole else "_gifts_outcome.html", values)


def _taken(request: HttpRequest, currency: str) -> Outcome:
    upload = upload_of(request, "import_gifts")
    mark, rows = mark_of(upload, ("gifts", currency)), list[NotCounted]()
    real = was_tried(request.POST.get("tried", ""), mark)
    with on_disk(upload) as path:
        summary = import_gifts(path, clock.now(), currency=currency, dry_run=not real, tell=rows.append)
    return Outcome(summary, rows[:SHOWN], "" if real else tried(mark))
