"""What every answer to a partner's program has: no cookie, no cache between, no HTML, and room for a partner's own
pages alone (CORS). HEAD is answered as GET."""

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

from service.partners.actions import allowance
from service.partners.models import Partner
from service.partners.rules.allowance import UNCHANGED, WHOLE

from .problems import TYPE, problem
from .visit import Visit, visit_or_none

PREFIXES = ("/api/v1/", "/partners/feeds/")
_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Vary": "Accept-Encoding, Origin",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
_SHOWN = "ETag, Link, Retry-After, RateLimit, RateLimit-Policy"


class Door:
    """Middleware: outside of all others, so that it sees what they answered."""

    def __init__(self, inside: Callable[[HttpRequest], HttpResponse]) -> None:
        self._inside = inside

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIXES):
            return self._inside(request)
        if request.method == "OPTIONS":
            return _dressed(request, _preflight(request))
        if request.method == "HEAD":
            request.method = "GET"
        return _dressed(request, _plain(self._inside(request)))


def _plain(answer: HttpResponse) -> HttpResponse:
    """An error that something else than the API wrote, as a problem."""
    if answer.status_code < 400 or answer.get("Content-Type") == TYPE:
        return answer
    told = problem(answer.status_code)
    for name in ("Allow", "Retry-After"):
        if name in answer:
            told[name] = answer[name]
    return told


def _dressed(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    answer.cookies.clear()
    for name, value in _HEADERS.items():
        answer[name] = value
    visit = visit_or_none(request)
    if visit:
        _count(visit, answer)
        if visit.etag and answer.status_code in (200, 304):
            answer["ETag"] = visit.etag
        _let_in(request, answer, visit.partner.domains)
    return answer


def _count(visit: Visit, answer: HttpResponse) -> None:
    """RateLimit fields: draft-ietf-httpapi-ratelimit-headers-10."""
    left = allowance.spend(visit.partner, UNCHANGED if answer.status_code == 304 else WHOLE, visit.now)
    answer["RateLimit-Policy"] = f'"hour";q={visit.partner.requests_per_hour};w=3600'
    answer["RateLimit"] = f'"hour";r={max(0, int(left))}'


def _preflight(request: HttpRequest) -> HttpResponse:
    """It comes without a key, so any partner's page may ask."""
    answer = HttpResponse(status=204)
    every = (domain for domains in Partner.objects.values_list("domains", flat=True) for domain in domains)
    _let_in(request, answer, every)
    if "Access-Control-Allow-Origin" in answer:
        answer["Access-Control-Allow-Methods"] = "GET, HEAD, POST, DELETE"
        answer["Access-Control-Allow-Headers"] = "Authorization, Content-Type, If-None-Match"
        answer["Access-Control-Max-Age"] = "600"
    return answer


def _let_in(request: HttpRequest, answer: HttpResponse, domains: Iterable[str]) -> None:
    origin = request.headers.get("Origin", "")
    if _host(origin) and any(f".{_host(origin)}".endswith(f".{domain}") for domain in domains):
        answer["Access-Control-Allow-Origin"] = origin
        answer["Access-Control-Expose-Headers"] = _SHOWN


def _host(origin: str) -> str:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme == "https" else ""
