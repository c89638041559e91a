"""Pages elsewhere that carry articles: what was found on them, and what is done about it."""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from service.partners.actions.facts import language_at
from service.partners.actions.named import named
from service.partners.actions.repairing import mail_repair, writes_to
from service.partners.actions.settling import latest_look, look_soon, settle
from service.partners.actions.uses import report_use
from service.partners.actions.whose import partner_at
from service.partners.models import Republication, RepublicationQuerySet
from service.partners.rules.addresses import NotAPage
from service.people.rules.roles import Right
from service.toolbox import clock
from service.toolbox.errors import ServiceError
from service.toolbox.fetch import host_of

from .door import desk, done
from .leaves import leaf
from .pages import page
from .wordings import HEARD_BY, NO_PAGE, PAGE_OUTCOMES, VERDICTS

LOOKS = 10
_TYPED = ("article", "url", "organisation", "country", "contact")


@require_safe
@desk(Right.SEE)
def republications(request: HttpRequest) -> HttpResponse:
    state, words = request.GET.get("state", ""), request.GET.get("words", "").strip()
    rows = _filtered(state, words).select_related("article", "partner").order_by("-reported", "-id")
    waiting = Republication.objects.to_decide().count()
    told = ngettext("%(count)d page needs somebody.", "%(count)d pages need somebody.", waiting) % {"count": waiting}
    values = {
        "title": gettext("Republications"),
        "sentence": told,
        "leaf": leaf(request, rows.defer("article__body", "article__original")),
        "state": state,
        "words": words,
        "states": _states(),
        "outcomes": PAGE_OUTCOMES,
    }
    return page(request, "republications.html", values)


@require_safe
@desk(Right.SEE)
def republication(request: HttpRequest, pk: int) -> HttpResponse:
    row = _row(pk)
    values = {
        "title": row.organisation or host_of(row.url),
        "row": row,
        "looks": list(row.looks.all()[:LOOKS]),
        "writes_to": writes_to(row),
        "spoken": language_at(row),
        "outcomes": PAGE_OUTCOMES,
        "verdicts": VERDICTS,
        "ways": HEARD_BY,
    }
    return page(request, "republication.html", values)


@require_safe
@desk(Right.PARTNERS)
def republication_new(request: HttpRequest) -> HttpResponse:
    return _new(request, dict.fromkeys(_TYPED, "") | {"article": request.GET.get("article", "")})


@require_POST
@desk(Right.PARTNERS)
def republication_report(request: HttpRequest) -> HttpResponse:
    typed = {name: request.POST.get(name, "").strip() for name in _TYPED}
    told = {name: typed[name] for name in ("organisation", "country", "contact")}
    try:
        article = named(typed["article"])
        row = report_use(article, typed["url"], "desk", clock.now(), partner=partner_at(typed["url"]), **told)
    except NotAPage:
        return _new(request, typed, gettext(NO_PAGE))
    except ServiceError as error:
        return _new(request, typed, str(error))
    return done(request, gettext("Noted; it is looked at within a minute."), "console:republication", row.pk)


@require_POST
@desk(Right.PARTNERS)
def republication_look(request: HttpRequest, pk: int) -> HttpResponse:
    look_soon(_row(pk), clock.now())
    return done(request, gettext("It is looked at within a minute."), "console:republication", pk)


@require_POST
@desk(Right.PARTNERS)
def republication_repair(request: HttpRequest, pk: int) -> HttpResponse:
    mail_repair(latest_look(_row(pk)), clock.now())
    return done(request, gettext("The repair is on its way to them."), "console:republication", pk)


@require_POST
@desk(Right.PARTNERS)
def republication_settle(request: HttpRequest, pk: int) -> HttpResponse:
    settle(_row(pk), request.user.get_username(), clock.now())
    told = gettext("It is settled, until a look finds something else there.")
    return done(request, told, "console:republication", pk)


def _filtered(state: str, words: str) -> RepublicationQuerySet:
    rows = Republication.objects.to_decide() if state == "todo" else Republication.objects.all()
    if state in PAGE_OUTCOMES:
        rows = rows.filter(outcome=state)
    if words:
        rows = rows.filter(
            Q(url__icontains=words) | Q(organisation__icontains=words) | Q(article__title__icontains=words)
        )
    return rows


def _states() -> list[tuple[str, str]]:
    known = [("", gettext("all")), ("todo", gettext("need somebody"))]
    return [*known, *((outcome, gettext(told)) for outcome, told in PAGE_OUTCOMES.items())]


def _row(pk: int) -> Republication:
    row = Republication.objects.select_related("article", "partner").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _new(request: HttpRequest, typed: dict[str, str], error: str = "") -> HttpResponse:
    values = {"title": gettext("Report a use"), "typed": typed, "error": error}
    return page(request, "republication_new.html", values, status=422 if error else 200)
