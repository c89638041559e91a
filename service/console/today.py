"""The first page: what goes out and when, what waits for whom, what is wrong."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from service.people.rules.roles import Right
from service.toolbox import clock

from . import matters
from .door import came_from, desk
from .pages import LANGUAGE, asset, page


@require_safe
@desk(Right.SEE)
def today(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    told = {"goes_out": matters.goes_out(now), "waits": matters.waits(now), "wrong": matters.wrong(now)}
    return page(request, "today.html", {"title": gettext("Today"), **told})


@require_POST
@desk(Right.SEE)
def speak(request: HttpRequest) -> HttpResponse:
    """The desk in another language, for whoever is logged in, until they log out."""
    request.session[LANGUAGE] = request.POST.get(LANGUAGE, "")
    return HttpResponseRedirect(came_from(request))


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    return asset("style.css", "text/css; charset=utf-8")


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    return asset("console.js", "text/javascript; charset=utf-8")


@require_safe
def passkey_script(request: HttpRequest) -> HttpResponse:
    return asset("passkey.js", "text/javascript; charset=utf-8")
