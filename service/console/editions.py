"""Letters: the list, one letter with what can be done to it, and how it looks to whom."""

from babel.dates import get_day_names
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language, gettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from service.appeals.actions.carried import is_silent
from service.editions.actions import decide
from service.editions.actions.board import Board, board
from service.editions.actions.schedule import choose_hour, schedules
from service.editions.houses import article_hosts
from service.editions.models import Edition
from service.newsroom.current import newsroom
from service.people.rules.roles import Right
from service.toolbox import clock
from service.toolbox.letters import language_name

from . import ledger
from .approval import passage_of
from .curation import curated
from .door import desk, done
from .holds import holds
from .hurry import hurry_of
from .looks import choices, look
from .pages import page
from .sentences import STATES, lasting, name_of, readers, stands, when
from .statements import statement_of

SHOWN = 50


@require_safe
@desk(Right.SEE)
def editions(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    found = Edition.objects.select_related("article").order_by("-drafted_at", "-id")[:SHOWN]
    rows = [(edition, STATES[edition.state], stands(edition, now)) for edition in found]
    return page(request, "editions.html", {"title": gettext("Editions"), "rows": rows})


@require_safe
@desk(Right.SEE)
def edition(request: HttpRequest, slug: str) -> HttpResponse:
    found, now = _found(slug), clock.now()
    told = {"title": name_of(found), "edition": found, "stands": stands(found, now)}
    whose = ledger.name_of(request.user)
    told |= curated(found, now)
    told |= {"passage": passage_of(found, whose, now), "hurry": hurry_of(found, whose, now)}
    told |= {"statement": statement_of(found), "silent": is_silent(slug)}
    told["holds"] = holds(found)
    return page(request, "edition.html", told)


@require_safe
@desk(Right.SEE)
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """By form, by segment, on a phone, in the dark."""
    found, chosen = _found(slug), look(request.GET)
    told = {"title": name_of(found), "edition": found, "look": chosen, "choices": choices(found, chosen)}
    return page(request, "preview.html", told)


@require_safe
@desk(Right.SEE)
def translations(request: HttpRequest, slug: str) -> HttpResponse:
    """Which story exists in which language, and since when."""
    found = _found(slug)
    told = board(found, clock.now())
    given = {
        "title": gettext("Languages side by side"),
        "name": name_of(found),
        "edition": found,
        "board": told,
        "rows": [(row, lasting(row.lag)) for row in told.rows],
        "lead": _lacking(told),
    }
    return page(request, "board.html", given)


@xframe_options_sameorigin
@require_safe
@desk(Right.SEE)
def letter(request: HttpRequest, slug: str, format: str) -> HttpResponse:
    """The letter alone, as a reader gets it."""
    chosen = look(request.GET)
    drawn = decide.preview(_found(slug), clock.now(), chosen.segment)
    kind, body = ("text/plain", drawn.text) if format == "txt" else ("text/html", chosen.shown(drawn.html))
    headers = {"Content-Security-Policy": letter_policy(), "Cache-Control": "no-store"}
    return HttpResponse(body, content_type=f"{kind}; charset=utf-8", headers=headers)


@require_safe
@desk(Right.SEE)
def schedule(request: HttpRequest) -> HttpResponse:
    """When each weekly is drafted."""
    now = clock.now()
    rows = [(one, when(one.hour.following(now))) for one in schedules()]
    days = [(str(number), name) for number, name in enumerate(get_day_names(locale=get_language()).values())]
    return page(request, "schedule.html", {"title": gettext("The weekly's hour"), "rows": rows, "days": days})


@require_POST
@desk(Right.EDIT)
def reschedule(request: HttpRequest, language: str) -> HttpResponse:
    asked = request.POST
    chosen = choose_hour(
        language, asked.get("weekday", ""), asked.get("at", ""), asked.get("zone", ""), active="active" in asked
    )
    told = gettext("The next weekly in %(language)s is drafted on %(when)s.")
    if not chosen.active:
        told = gettext("The weekly in %(language)s is no longer drafted by itself.")
    values = {"language": language_name(language), "when": when(chosen.hour.following(clock.now()))}
    return done(request, told % values, "console:schedule")


@require_POST
@desk(Right.EDIT)
def stop(request: HttpRequest, slug: str) -> HttpResponse:
    count = decide.stop(_found(slug), clock.now())
    told = gettext("It is stopped for good; %(readers)s will not get it.") % {"readers": readers(count)}
    return done(request, told, "console:edition", slug)


@require_POST
@desk(Right.EDIT)
def pause(request: HttpRequest, slug: str) -> HttpResponse:
    decide.pause(_found(slug))
    told = gettext("It is paused. What was on the wire this second may still arrive.")
    return done(request, told, "console:edition", slug)


@require_POST
@desk(Right.PUBLISH)
def resume(request: HttpRequest, slug: str) -> HttpResponse:
    decide.resume(_found(slug))
    return done(request, gettext("It goes on."), "console:edition", slug)


@require_POST
@desk(Right.EDIT)
def test(request: HttpRequest, slug: str) -> HttpResponse:
    decide.send_test(_found(slug), request.POST.get("address", ""), clock.now())
    return done(request, gettext("The test letter is on its way."), "console:edition", slug)


def letter_policy() -> str:
    """The letter is shown in a frame that can run nothing and ask nobody, but for the newsroom's own pictures
    where readers' mail programs load them too."""
    hosts = sorted(article_hosts()) if newsroom().show_images else []
    pictures = " ".join(["data:", *(f"https://{host}" for host in hosts)])
    return f"default-src 'none'; style-src 'unsafe-inline'; img-src {pictures}; frame-ancestors 'self'; sandbox"


def _lacking(told: Board) -> str:
    lacking = [
        gettext("%(count)d in %(language)s") % {"count": count, "language": language_name(language)}
        for language, count in told.missing.items()
        if count
    ]
    if not lacking:
        return gettext("Every story of this time exists in every language.")
    return gettext("Still to be translated: %(stories)s.") % {"stories": ", ".join(lacking)}


def _found(slug: str) -> Edition:
    return get_object_or_404(Edition.objects.select_related("article"), slug=slug)
