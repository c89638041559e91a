"""A page: a Jinja2 template, the newsroom, a language, and headers that keep readers safe."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from babel import Locale
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_http_methods
from jinja2 import Environment

from service.feeds.rules import ATOM, RSS, TYPES
from service.newsroom.current import newsroom
from service.toolbox.letters import jinja

from .consent import terms
from .stamps import shown_now

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' https: data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)

show_or_act = require_http_methods(["GET", "HEAD", "POST"])


def language_of(request: HttpRequest, own: str = "") -> str:
    """The link's, else what the browser asks for, else the newsroom's first."""
    house = newsroom()
    for wanted in (own, request.GET.get("language", ""), get_language_from_request(request)[:2]):
        if wanted in house.languages:
            return wanted
    return house.language


def page(
    request: HttpRequest,
    name: str,
    values: dict[str, Any],
    *,
    language: str = "",
    status: int = 200,
    framed: bool = False,
) -> HttpResponse:
    """`framed`: may stand in a frame on the newsroom's own site, and there only."""
    house = newsroom()
    spoken = language_of(request, language)
    given = {
        "newsroom": house,
        "language": spoken,
        "site_url": settings.SITE_URL,
        "path": request.path,
        "languages": languages(),
        "autodiscovery": _autodiscovery(spoken),
        **values,
    }
    with translation.override(spoken):
        body = _environment().get_template(name).render(given)
    ancestors = _origins(house.sites.values()) if framed else "'none'"
    return HttpResponse(
        body,
        status=status,
        headers={
            "Content-Language": spoken,
            "Content-Security-Policy": _POLICY.format(ancestors=ancestors),
            "Cache-Control": "no-store" if request.method == "POST" or status != 200 else "private, max-age=0",
            "Vary": "Accept-Language",
        },
    )


def fragment(name: str, values: dict[str, Any], language: str) -> str:
    """A piece of a page, in the language that is active."""
    return _environment().get_template(name).render({"newsroom": newsroom(), "language": language, **values})


def asset(name: str, kind: str) -> HttpResponse:
    """A stylesheet or script from the same folder, in the newsroom's colours."""
    body = _environment().get_template(name).render(newsroom=newsroom(), language=newsroom().language)
    return HttpResponse(body, content_type=kind, headers={"Cache-Control": "public, max-age=3600"})


def languages() -> list[tuple[str, str]]:
    """Each with its own name for itself."""
    return [(code, str(Locale.parse(code).get_display_name(code)).capitalize()) for code in newsroom().languages]


def _origins(sites: Iterable[str]) -> str:
    """A frame's site is known by its origin: an address with a path would match no page at all (CSP 3
    §6.4.2)."""
    parts = [urlsplit(site) for site in sites]
    return " ".join(sorted({f"{part.scheme}://{part.netloc}" for part in parts}))


def _autodiscovery(spoken: str) -> list[dict[str, str]]:
    """For readers that are given a page's address: every one of them knows these two."""
    house = newsroom()
    own_first = [spoken, *(language for language in house.languages if language != spoken)]
    return [
        {
            "title": f"{house.name} ({language}, {format.upper() if format == 'rss' else 'Atom'})",
            "type": TYPES[format],
            "url": f"{settings.SITE_URL}/feeds/{language}/latest.{format}",
        }
        for language in own_first
        for format in (RSS, ATOM)
    ]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = jinja("public")
    environment.globals["url"] = lambda name, *args: reverse(name, args=args)
    environment.globals["shown_now"] = shown_now
    environment.globals["terms"] = terms
    return environment
