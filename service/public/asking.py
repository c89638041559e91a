"""What a form tells of whoever sent it, beside what they typed."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext

from service.audience.intake import Came, TooMany
from service.audience.networks import network

from .pages import language_of, page
from .stamps import was_shown

TRAP, SHOWN = "website", "shown"  # the field that no person sees, and when the form was shown


def came(request: HttpRequest) -> Came:
    """A form that was not shown by us, or a moment ago, may be a program's: it may ask less often."""
    return Came(
        network=network(
            request.META.get("REMOTE_ADDR", ""),
            request.META.get("HTTP_X_FORWARDED_FOR", ""),
            settings.TRUSTED_PROXIES,
        ),
        proven=was_shown(request.POST.get(SHOWN, "")),
        trapped=bool(request.POST.get(TRAP)),
    )


class TooManyAsked:
    """Middleware: whoever's network asked too often is told so, at whichever door."""

    def __init__(self, inside: Any) -> None:
        self._inside = inside

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self._inside(request)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, TooMany):
            return None
        with translation.override(language_of(request)):
            told = {"title": gettext("Not now"), "sentence": gettext(str(error)), "action": None}
        return page(request, "message.html", told, status=429)
