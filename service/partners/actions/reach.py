"""Which articles a partner can get: what its filters let through, early where that was agreed, and what
it was given before."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from service.content.models import Article, ArticleQuerySet

from ..models import Change, Partner, Pull
from ..rules.changes import DESELECTED
from ..rules.selection import Selection
from .choosing import wanted

_NONE = Q(pk__in=[])
_ALL = ~_NONE  # an empty Q would do as well in a filter, but joined by `or` it means nothing at all


def offered(partner: Partner, selections: Iterable[Selection], now: datetime) -> ArticleQuerySet:
    """What a list shows."""
    return Article.objects.filter(any_of(selections), _out(partner, now))


def reachable(partner: Partner, now: datetime) -> ArticleQuerySet:
    """What can be asked for by its id: also what a filter lets through no more but the partner was given,
    as long as no change of the filter withdrew it; and the notice of what was withdrawn."""
    mine = {"partner": partner, "article": OuterRef("pk")}
    given, shut_out = Exists(Pull.objects.filter(**mine)), Exists(Change.objects.filter(**mine, kind=DESELECTED))
    wanted_now = wanted_by(partner)
    shown = _out(partner, now) & (wanted_now | (Q(given) & ~Q(shut_out)))
    notice = Q(status="withdrawn") & (Q(given) | (wanted_now & Q(first_seen__isnull=False)))
    return Article.objects.filter(shown | notice)


def wanted_by(partner: Partner) -> Q:
    return any_of(feed.selection for feed in partner.feeds.all())


def any_of(selections: Iterable[Selection]) -> Q:
    chosen = list(selections)
    if Selection() in chosen:
        return _ALL
    return reduce(or_, map(wanted, chosen), _NONE)


def early(partner: Partner, now: datetime) -> Q:
    """To be published within the partner's lead."""
    if not partner.lead_minutes:
        return _NONE
    until = now + timedelta(minutes=partner.lead_minutes)
    return Q(status="scheduled", published__lte=until) & (Q(embargo=None) | Q(embargo__lte=until))


def _out(partner: Partner, now: datetime) -> Q:
    return Q(status="published") | early(partner, now)
