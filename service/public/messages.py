"""A page with one sentence: what was done, or why not, and what to do next."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from service.audience.intake import TooMany
from service.audience.limits import LETTERS
from service.toolbox.tokens import BadToken, NobodysToken

from .pages import language_of, page


@dataclass(frozen=True, slots=True)
class Action:
    """What a message offers to do next: a link, or a button that posts."""

    label: str
    url: str
    posts: bool = False


def message(
    request: HttpRequest,
    title: str,
    sentence: str,
    *,
    language: str = "",
    status: int = 200,
    action: Action | None = None,
) -> HttpResponse:
    values = {"title": title, "sentence": sentence, "action": action}
    return page(request, "message.html", values, language=language, status=status)


def look_in_mailbox(request: HttpRequest, language: str, sentence: str) -> HttpResponse:
    """The same for everybody, whether the address is known or not. `sentence` is not translated yet."""
    with translation.override(language):
        most = gettext("No more than %(most)d of these letters a day go to one mailbox.") % {"most": LETTERS.a_day}
        told = f"{gettext(sentence)} {most}"
        return message(request, gettext("Look in your mailbox"), told, language=language)


def _instead(error: BadToken) -> Action:
    if isinstance(error, NobodysToken):
        return Action(gettext("Subscribe"), reverse("landing"))
    return Action(gettext("Ask for a fresh link"), reverse("preferences_ask"))


class Refusals:
    """Middleware: a link that can't be believed, and too much from one network, get a page that says so,
    at whichever door."""

    def __init__(self, inside: Any) -> None:
        self._inside = inside

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self._inside(request)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        with translation.override(language_of(request)):
            if isinstance(error, TooMany):
                return message(request, gettext("Not now"), gettext(str(error)), status=429)
            if isinstance(error, BadToken):
                title = gettext("This link does not work")
                return message(request, title, gettext(str(error)), status=404, action=_instead(error))
        return None
