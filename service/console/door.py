"""Every view of the desk passes here: who may, and what a refusal looks like."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from service.people.actions.rights import rights
from service.people.rules.roles import Right
from service.toolbox.errors import ServiceError

from . import login
from .ledger import came_of_it
from .pages import language_of, page

_SAFE = ("GET", "HEAD")


class DeskView(Protocol):
    right: Right
    again: bool

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse: ...


def desk(right: Right, *, again: bool = False) -> Callable[[Callable[..., HttpResponse]], DeskView]:
    """A view for whoever has that right; `again`: and has proved in the last minutes that it is they who sit
    there. What it refuses with a ServiceError is told on the page that the form came from."""

    def guarded(view: Callable[..., HttpResponse]) -> DeskView:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return login.led(request, redirect_to_login(_here(request)).url)
            with translation.override(language_of(request)):
                if right not in rights(request.user):
                    return _forbidden(request)
                led = login.first(request, right, again=again, back=_here(request))
                if led:
                    return came_of_it(led, "refused: a proof is due")
                try:
                    return view(request, *args, **kwargs)
                except ServiceError as error:
                    if request.method in _SAFE:
                        return page(request, "sentence.html", {"title": gettext("Not now"), "sentence": str(error)})
                    return refused(request, str(error))

        answer.right, answer.again = right, again  # type: ignore[attr-defined]
        return answer  # type: ignore[return-value]

    return guarded


def done(request: HttpRequest, sentence: str, to: str, *args: Any) -> HttpResponse:
    """What was done is said on the page that comes next: `to` is its name among the addresses."""
    messages.success(request, sentence)
    return HttpResponseRedirect(reverse(to, args=args))


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return came_of_it(HttpResponseRedirect(came_from(request)), f"refused: {sentence}")


def came_from(request: HttpRequest) -> str:
    """The desk's page that sent this form; nothing that anybody else could name."""
    path = urlsplit(request.headers.get("Referer", "")).path
    return path if path.startswith("/console/") and path != request.path else reverse("console:today")


def _here(request: HttpRequest) -> str:
    """This page, or the one that the form came from."""
    safe = request.method in _SAFE and "HX-Request" not in request.headers
    return request.get_full_path() if safe else came_from(request)


def _forbidden(request: HttpRequest) -> HttpResponse:
    told = gettext("Your role at this desk does not include this. An administrator can change that.")
    return page(request, "sentence.html", {"title": gettext("Not for you"), "sentence": told}, status=403)
