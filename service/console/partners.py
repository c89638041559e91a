"""Whoever republishes: on what terms, with which feeds and keys, and what they were given."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from service.newsroom.current import newsroom
from service.partners.actions.agreeing import NotAgreed, agree, let_in, suspend
from service.partners.actions.create import create
from service.partners.models import Notice, Partner, Republication, Told
from service.people.rules.roles import Right
from service.toolbox import clock
from service.toolbox.errors import ServiceError
from service.toolbox.letters import language_name

from .door import desk, done
from .pages import page
from .wordings import ANSWERS, FILTERS, NOTICE_KINDS, PAGE_OUTCOMES, SCOPES

PULLS, USES, NOTICES = 20, 20, 20  # on a partner's page; the newest
_NEW = {"name": "", "corrections_to": "", "language": "", "country": "", "domains": "", "terms_version": ""}


@require_safe
@desk(Right.SEE)
def partners(request: HttpRequest) -> HttpResponse:
    found = list(Partner.objects.with_standing(clock.now()))
    values = {"title": gettext("Partners"), "sentence": _sentence(found), "partners": found}
    return page(request, "partners.html", values)


@require_safe
@desk(Right.PARTNERS, again=True)
def partner_new(request: HttpRequest) -> HttpResponse:
    return _new(request, _NEW)


@require_POST
@desk(Right.PARTNERS, again=True)
def partner_create(request: HttpRequest) -> HttpResponse:
    """The first key is shown on the page that answers, and nowhere else."""
    typed = {name: request.POST.get(name, "").strip() for name in _NEW}
    try:
        begun = create(
            typed["name"],
            typed["corrections_to"],
            clock.now(),
            language=typed["language"],
            country=typed["country"],
            domains=tuple(_domains(typed["domains"])),
            terms=typed["terms_version"],
        )
    except ServiceError as error:
        return _new(request, typed, str(error))
    return shown(request, begun.partner, key=begun.key)


@require_safe
@desk(Right.SEE)
def partner(request: HttpRequest, pk: int) -> HttpResponse:
    return shown(request, found(pk))


@require_safe
@desk(Right.PARTNERS)
def partner_terms(request: HttpRequest, pk: int) -> HttpResponse:
    return _terms(request, found(pk))


@require_POST
@desk(Right.PARTNERS)
def partner_agree(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        agree(found(pk), _agreed(request.POST), clock.now())
    except NotAgreed as error:
        return _terms(request, found(pk), request.POST, error)
    return done(request, gettext("That is agreed."), "console:partner", pk)


@require_POST
@desk(Right.PARTNERS)
def partner_suspend(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(pk)
    suspend(one, clock.now())
    said = gettext("%(partner)s is suspended: no key of theirs opens anything.")
    return done(request, said % {"partner": one}, "console:partner", pk)


@require_POST
@desk(Right.PARTNERS)
def partner_let_in(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(pk)
    let_in(one)
    return done(request, gettext("%(partner)s is let in again.") % {"partner": one}, "console:partner", pk)


def found(pk: int) -> Partner:
    one = Partner.objects.filter(pk=pk).first()
    if one is None:
        raise Http404
    return one


def shown(request: HttpRequest, one: Partner, *, key: str = "", secret: str = "") -> HttpResponse:
    """`key` and `secret` are shown this once."""
    now = clock.now()
    values = {
        "title": one.name,
        "partner": one,
        "key": key,
        "secret": secret,
        "keys": one.keys.order_by("-created"),
        "live": set(one.keys.live(now).values_list("pk", flat=True)),
        "site": settings.SITE_URL,
        "feeds": one.feeds.order_by("name"),
        "pulls": one.pulls.select_related("article").order_by("-last")[:PULLS],
        "uses": one.republications.select_related("article").order_by("-reported")[:USES],
        "told": Told.objects.filter(partner=one).select_related("notice__version__article").order_by("-id")[:NOTICES],
        "scopes": SCOPES,
        "outcomes": PAGE_OUTCOMES,
        "kinds": NOTICE_KINDS,
        "answers": ANSWERS,
        "filters": FILTERS,
        "now": now,
    }
    return page(request, "partner.html", values)


def _sentence(found: list[Partner]) -> str:
    """`12 partners are let in; 2 notices wait for answers; 3 pages have faults that nobody has seen to.`"""
    may = sum(one.suspended_at is None and one.terms_accepted_at is not None for one in found)
    waiting = Notice.objects.unanswered().count()
    faulty = Republication.objects.to_decide().count()
    let_in = ngettext("%(count)d partner is let in", "%(count)d partners are let in", may) % {"count": may}
    asked = ngettext("%(count)d notice waits for answers", "%(count)d notices wait for answers", waiting)
    pages = ngettext(
        "%(count)d page has faults that nobody has seen to",
        "%(count)d pages have faults that nobody has seen to",
        faulty,
    )
    return f"{let_in}; {asked % {'count': waiting}}; {pages % {'count': faulty}}."


def _new(request: HttpRequest, typed: Mapping[str, str], error: str = "") -> HttpResponse:
    values = {"title": gettext("A new partner"), "typed": typed, "error": error, "languages_spoken": _languages()}
    return page(request, "partner_new.html", values, status=422 if error else 200)


def _terms(
    request: HttpRequest, one: Partner, typed: Mapping[str, Any] | None = None, error: NotAgreed | None = None
) -> HttpResponse:
    values = {
        "title": gettext("Terms of %(partner)s") % {"partner": one},
        "partner": one,
        "typed": typed if typed is not None else _typed(one),
        "error": error,
        "errors": error.fields if error else {},
        "languages_spoken": _languages(),
    }
    return page(request, "partner_terms.html", values, status=422 if error else 200)


def _languages() -> list[tuple[str, str]]:
    return [(one, language_name(one)) for one in newsroom().languages]


def _typed(one: Partner) -> dict[str, Any]:
    """As a form would send it."""
    names = ("name", "country", "language", "corrections_to", "legal_to", "lead_minutes", "hook_url")
    told = {name: getattr(one, name) for name in (*names, "requests_per_hour", "terms_version")}
    boxes = {name: "yes" for name in ("images", "donation_call") if getattr(one, name)}
    return {**told, **boxes, "domains": "\n".join(one.domains)}


def _agreed(typed: Mapping[str, str]) -> dict[str, object]:
    names = ("name", "country", "language", "corrections_to", "legal_to", "lead_minutes", "hook_url")
    told = {name: typed.get(name, "").strip() for name in (*names, "requests_per_hour", "terms_version")}
    boxes = {name: name in typed for name in ("images", "donation_call")}
    return {**told, **boxes, "domains": _domains(typed.get("domains", ""))}


def _domains(text: str) -> list[str]:
    """One a line, or with commas between; the host of what is a whole address."""
    words = text.replace(",", " ").lower().split()
    return list(dict.fromkeys(word.partition("://")[2].partition("/")[0] or word.strip("/") for word in words))
