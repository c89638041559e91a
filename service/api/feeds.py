"""Partner feeds, for programs that follow feeds. Most can send no header, so the key may stand in the
address; an address with a revoked key leads nowhere, least of all to the new one."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from ninja import NinjaAPI

from service.feeds.actions.for_partner import built
from service.feeds.rules import ATOM, JSON, NDJSON, RSS, TYPES
from service.partners.actions import pulls
from service.partners.rules.admission import FEEDS

from . import problems
from .credentials import entered, key_for
from .problems import NotHere
from .unchanged import or_unchanged
from .visit import Visit, is_given, visit_of

FORMATS = (RSS, ATOM, JSON, NDJSON)
_NOBODYS = "Nothing is here."

feeds = NinjaAPI(title="Partner feeds", urls_namespace="partner_feeds", docs_url=None, openapi_url=None)
problems.tell_problems(feeds)


def key_in_address(request: HttpRequest) -> Visit:
    """An unknown key is answered like an address that never was. Raises NotHere, Refused, TooMuch."""
    match = request.resolver_match
    visit = entered(request, match.kwargs["key"], FEEDS) if match else None
    if visit is None:
        raise NotHere(_NOBODYS)
    return visit


@feeds.get("/{name}.{format}", auth=key_for(FEEDS))
@or_unchanged
def by_credentials(request: HttpRequest, name: str, format: str) -> HttpResponse:
    return _feed(request, name, format)


@feeds.get("/{key}/{name}.{format}", auth=key_in_address)
@or_unchanged
def by_address(request: HttpRequest, key: str, name: str, format: str) -> HttpResponse:
    return _feed(request, name, format)


def _feed(request: HttpRequest, name: str, format: str) -> HttpResponse:
    visit = visit_of(request)
    feed = visit.partner.feeds.filter(name=name).select_related("partner").first()
    if feed is None or format not in FORMATS:
        raise NotHere(f"You have no such feed. Yours end in {', '.join(f'.{one}' for one in FORMATS)}.")
    whole = built(feed, format, visit.now)
    if is_given(request):
        pulls.note(visit.partner, whole.articles, "feed", visit.now)
    headers = {"Last-Modified": http_date(whole.updated.timestamp())}
    return HttpResponse(whole.body, content_type=f"{TYPES[format]}; charset=utf-8", headers=headers)
