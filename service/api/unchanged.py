"""Whether a program has the answer already, told without reading an article.

The mark stands for all that an answer can come from: the store's newest version and change, the
partner's filters and terms, the newsroom's settings, the address asked for. It may change where the
answer would not; it never stays where the answer would.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags

from service.appeals.actions.calling import revision
from service.content.models import Article, Version
from service.newsroom import current
from service.partners.actions.changes import last_number
from service.partners.actions.reach import early
from service.partners.models import Partner

from .visit import Visit, visit_of

View = Callable[..., Any]


def or_unchanged(view: View) -> View:
    """Answers 304 where If-None-Match (RFC 9110 §13.1.2) names what would be answered."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        visit = visit_of(request)
        visit.etag = _mark(visit, request.get_full_path())
        had = parse_etags(request.headers.get("If-None-Match", ""))
        if "*" in had or visit.etag in {one.removeprefix("W/") for one in had}:
            return HttpResponse(status=304)
        return view(request, *args, **kwargs)

    return answer


def _mark(visit: Visit, address: str) -> str:
    partner, now = visit.partner, visit.now
    unnumbered = Version.objects.filter(numbered_at=None).aggregate(count=Count("pk"), last=Max("at"))
    parts = [
        address,
        partner.pk,
        (partner.images, partner.lead_minutes, partner.donation_call),
        [feed.selection for feed in partner.feeds.order_by("pk")],
        (current.digest(), revision(now)),
        (last_number(), Version.objects.aggregate(last=Max("pk"))["last"], unnumbered),
        _early(partner, now) if partner.lead_minutes else 0,
    ]
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _early(partner: Partner, now: datetime) -> tuple[int, int]:
    """What may be had before its time, and what was: only by that can an article be given that is not listed
    anyway."""
    given = partner.pulls.filter(article__first_seen=None)
    return Article.objects.filter(early(partner, now)).count(), given.count()
