"""For machines that watch this one: does it live, is it ready, how does it fare."""

import hmac
from ipaddress import ip_address

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from service.toolbox import clock
from service.watching.exposition import CONTENT_TYPE, exposition, gauges
from service.watching.numbers import numbers

_PROXYS_MARKS = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")


def livez(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """And it reaches its database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("The database does not answer.\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For whoever has the token; without one set, for programs on this very machine. No other learns that it
    is there."""
    if not _may_watch(request):
        raise Http404
    return HttpResponse(exposition(gauges(numbers(clock.now()))), content_type=CONTENT_TYPE)


def _may_watch(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    if any(mark in request.headers for mark in _PROXYS_MARKS):
        return False
    return _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback
