"""Who did what here. The log is only ever added to, and anybody who may see it can have its chain proved."""

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from service.newsroom.current import newsroom
from service.people.actions import deeds
from service.people.models import Deed
from service.people.rules.roles import Right
from service.toolbox.errors import ServiceError

from .deed_words import deed_name, outcome_name
from .door import desk
from .leaves import leaf
from .pages import page

PER_LEAF = 50


@require_safe
@desk(Right.ADMINISTER)
def log(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip()[:100] for name in ("by", "what", "since", "until")}
    found = leaf(request, _chosen(**asked), PER_LEAF)
    values = {
        "title": gettext("Log"),
        "asked": asked,
        "leaf": found,
        "rows": [(deed, deed_name(deed.what), outcome_name(_came_of(deed))) for deed in found.rows],
        "people": _options(Deed.objects.order_by("by").values_list("by", flat=True).distinct()),
        "kinds": _kinds(),
        "proof": _proof() if request.GET.get("prove") else None,
    }
    return page(request, "log.html", values)


def _chosen(by: str, what: str, since: str, until: str) -> QuerySet[Deed]:
    """What was asked; what came of it stands beside. Days are the newsroom's."""
    rows = Deed.objects.filter(asked=None).select_related("answer")
    if by:
        rows = rows.filter(by=by)
    if what:
        rows = rows.filter(what=what)
    first, last = _day(since), _day(until)
    if first:
        rows = rows.filter(at__gte=first)
    if last:
        rows = rows.filter(at__lt=last + timedelta(days=1))
    return rows


def _day(typed: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(typed), time.min, newsroom().zone)
    except ValueError:
        return None


def _came_of(deed: Deed) -> str:
    answer = getattr(deed, "answer", None)
    return answer.outcome if answer else deed.outcome


def _options(names: "QuerySet[Deed, str]") -> list[tuple[str, str]]:
    return [("", gettext("everybody")), *((name, name) for name in names)]


def _kinds() -> list[tuple[str, str]]:
    known = Deed.objects.order_by("what").values_list("what", flat=True).distinct()
    return [("", gettext("everything")), *sorted(((what, deed_name(what)) for what in known), key=lambda one: one[1])]


def _proof() -> tuple[bool, str]:
    """Whether it is whole, and the sentence that says so."""
    try:
        count, digest = deeds.check()
    except ServiceError as error:
        return False, str(error)
    told = gettext("All %(count)d entries are as they were written. The last one's mark is %(digest)s.")
    return True, told % {"count": count, "digest": digest[:16]}
