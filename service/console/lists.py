"""The whole list comes in or goes out. What comes in is tried first; it is kept nowhere between the two."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from service.audience.exporting import write_list
from service.audience.importing import Given, Summary, import_subscribers
from service.audience.lists.rows import NotTaken
from service.newsroom.current import newsroom
from service.people.rules.roles import Right
from service.toolbox import clock
from service.toolbox.errors import ServiceError
from service.toolbox.letters import language_name

from .door import desk
from .pages import page
from .uploads import MOST_BYTES, mark_of, on_disk, tried, upload_of, was_tried
from .wordings import OUTCOMES, WANTS

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """`tried` lets the same list in for real; "" once it is."""

    summary: Summary
    rows: list[NotTaken]
    tried: str


@require_safe
@desk(Right.READERS)
def list_import(request: HttpRequest) -> HttpResponse:
    return _page(request, Given())


@require_POST
@desk(Right.READERS)
def list_take(request: HttpRequest) -> HttpResponse:
    """A dry run, unless it is the list that was tried just now: htmx sends the same form once more."""
    given = Given(*(request.POST.get(name, "") for name in ("language", "wants", "source")))
    try:
        return _page(request, given, outcome=_taken(request, given))
    except ServiceError as error:
        return _page(request, given, error=str(error))


@require_POST
@desk(Right.READERS, again=True)
def list_export(request: HttpRequest) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8", headers={"Cache-Control": "no-store"})
    answer["Content-Disposition"] = f'attachment; filename="readers-{clock.now():%Y-%m-%d}.csv"'
    write_list(answer)  # type: ignore[arg-type]  # it writes text, which is all that csv asks
    return answer


def _page(request: HttpRequest, given: Given, outcome: Outcome | None = None, error: str = "") -> HttpResponse:
    values = {
        "title": gettext("Bring in a list"),
        "given": given,
        "spoken_options": [(one, language_name(one)) for one in newsroom().languages],
        "wants_options": [(one, gettext(label)) for one, label in WANTS.items()],
        "outcomes": OUTCOMES,
        "outcome": outcome,
        "error": error,
        "most_megabytes": MOST_BYTES >> 20,
    }
    whole = "HX-Request" not in request.headers
    return page(request, "readers_import.html" if whole else "_readers_outcome.html", values)


def _taken(request: HttpRequest, given: Given) -> Outcome:
    upload = upload_of(request, "import_subscribers")
    mark = mark_of(upload, given)
    real, rows = was_tried(request.POST.get("tried", ""), mark), list[NotTaken]()
    with on_disk(upload) as path:
        summary = import_subscribers(path, given, clock.now(), dry_run=not real, tell=_first(rows))
    return Outcome(summary, rows, "" if real else tried(mark))


def _first(rows: list[NotTaken]) -> Callable[[NotTaken], None]:
    def tell(row: NotTaken) -> None:
        if len(rows) < SHOWN:
            rows.append(row)

    return tell
