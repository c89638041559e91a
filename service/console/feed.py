"""One feed in all its formats: who reads it, whether hubs were told, and how it ends."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from service.feeds.actions import closing
from service.feeds.actions.audience import asked_for, days, programs, told
from service.feeds.actions.holding import size_of
from service.feeds.actions.overview import standing
from service.feeds.models import COUNTED_FROM, PublishedFeed
from service.newsroom.current import newsroom
from service.people.rules.roles import Right
from service.toolbox import clock

from .charts import Chart
from .door import desk, done
from .pages import page


@require_safe
@desk(Right.SEE)
def feed(request: HttpRequest, pk: int) -> HttpResponse:
    now, row = clock.now(), _found(pk)
    stands = standing(row.shelf, now)
    addresses = [one.address for one in stands.rows]
    polls = asked_for(addresses, now)
    counted = days(addresses, now)
    chart = Chart(
        gettext("How often it was asked for, in all formats"),
        gettext("requests"),
        gettext("day (UTC)"),
        [(f"{day:%d.%m.}", count if count >= COUNTED_FROM else 0) for day, count in counted],
    )
    values = {
        "title": row.title or row.address,
        "stands": stands,
        "files": [(one, size_of(one.address), *polls.get(one.address, (0, 0))) for one in stands.rows],
        "programs": programs(addresses, now),
        "chart": chart if any(count >= COUNTED_FROM for _, count in counted) else None,
        "hub": newsroom().hub,
        "told": told,
    }
    return page(request, "feed.html", values)


@require_safe
@desk(Right.PUBLISH)
def ending(request: HttpRequest, pk: int) -> HttpResponse:
    """What it means that a feed is closed or moved, before it is."""
    return page(request, "ending.html", {"title": gettext("End this feed?"), "feed": _found(pk)})


@require_POST
@desk(Right.PUBLISH)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    closing.close(_found(pk), clock.now())
    said = gettext("It is closed: within a minute, whoever asks is told where to read on.")
    return done(request, said, "console:feed", pk)


@require_POST
@desk(Right.PUBLISH)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    closing.move(_found(pk), request.POST.get("to", ""), clock.now())
    return done(request, gettext("It has moved: within a minute, whoever asks is led there."), "console:feed", pk)


@require_POST
@desk(Right.PUBLISH)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    closing.reopen(_found(pk))
    said = gettext("It is open again. Programs that have given it up, or followed it elsewhere, will not notice.")
    return done(request, said, "console:feed", pk)


def _found(pk: int) -> PublishedFeed:
    return get_object_or_404(PublishedFeed, pk=pk)
