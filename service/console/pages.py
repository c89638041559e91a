"""A page of the desk: a Jinja2 template in the rail's frame, in the language that its reader chose."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_from_request, gettext_noop
from jinja2 import Environment

from service.newsroom.current import newsroom
from service.people.actions.rights import rights
from service.people.rules.roles import Right
from service.toolbox.letters import jinja

from .words import FILTERS

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' https: data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Room:
    """A line of the rail."""

    label: str
    view: str
    right: Right = Right.SEE


RAIL = [
    Room(gettext_noop("Today"), "console:today"),
    Room(gettext_noop("Editions"), "console:editions"),
    Room(gettext_noop("Articles"), "console:articles"),
    Room(gettext_noop("Feeds"), "console:feeds"),
    Room(gettext_noop("Readers"), "console:readers"),
    Room(gettext_noop("Partners"), "console:partners"),
    Room(gettext_noop("Appeals"), "console:appeals"),
    Room(gettext_noop("Health"), "console:health"),
    Room(gettext_noop("People"), "console:people", Right.ADMINISTER),
    Room(gettext_noop("Log"), "console:log", Right.ADMINISTER),
    Room(gettext_noop("Raw records"), "admin:index", Right.ADMINISTER),
]


def language_of(request: HttpRequest) -> str:
    """Chosen at the desk, else what the browser asks for, else English."""
    known = dict(settings.LANGUAGES)
    chosen = request.session.get(LANGUAGE, "") or get_language_from_request(request)[:2]
    return chosen if chosen in known else settings.LANGUAGE_CODE


def page(request: HttpRequest, name: str, values: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """`name` below templates/console. Every page gets: newsroom, language, rights, csrf, rail, said."""
    held, spoken = rights(request.user), language_of(request)
    given = {
        "newsroom": newsroom(),
        "language": spoken,
        "languages": settings.LANGUAGES,
        "user": request.user,
        "may": held,
        "csrf": get_token(request),
        "rail": [(room.label, reverse(room.view)) for room in RAIL if room.right in held],
        "path": request.path,
        "said": [(message.level_tag, str(message)) for message in messages.get_messages(request)],
        **values,
    }
    with translation.override(spoken):
        body = _environment().get_template(name).render(given)
    return HttpResponse(body, status=status, headers=_headers(spoken))


def asset(name: str, kind: str) -> HttpResponse:
    """The desk's stylesheet or script, in the newsroom's colours."""
    body = _environment().get_template(name).render(newsroom=newsroom(), language=newsroom().language)
    return HttpResponse(body, content_type=kind, headers={"Cache-Control": "private, max-age=300"})


def _headers(language: str) -> dict[str, str]:
    return {"Content-Language": language, "Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = jinja("console")
    environment.globals["url"] = lambda name, *args: reverse(name, args=args)
    environment.globals["static"] = static
    environment.globals["Right"] = Right
    environment.filters.update(FILTERS)
    return environment
