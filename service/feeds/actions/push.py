"""Tells the WebSub hub which feeds have changed, so that it fetches them and passes them on.

A publisher's ping is not part of the W3C's text (WebSub §7 leaves it open); every public hub takes that
of PubSubHubbub 0.4 §7.1: a form with hub.mode=publish and hub.url. A feed is owed a ping as long as its
`pushed_etag` is not its `etag`; told twice is no harm, told never is.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.db.models import F

from service.newsroom.current import newsroom
from service.toolbox.bell import ring
from service.toolbox.fetch import Fetcher, FetchFailed, host_of

from ..models import PublishedFeed, PublishedFeedQuerySet
from .publish import built_for

log = structlog.get_logger(__name__)

SLICE_SECONDS = 2.0  # the last ping may begin then; with a hub that hangs, the slice takes five
HUB_SECONDS = 3.0
LEASE = timedelta(minutes=1)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
MOST_TRIES = 13  # the last one 26 hours after the first
MOST_BYTES = 65_536
AT_ONCE = 500
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Report:
    hub: str
    told: int = 0
    trouble: str = ""

    def sentence(self) -> str:
        if not self.hub:
            return "No hub is named in newsroom.toml ([feeds] hub), so nobody is told."
        told = f"The hub was told of {self.told} feeds." if self.told else "Nothing new to tell the hub."
        return f"{told} {self.trouble}".strip()


class _Unwell(Exception):
    """The hub as a whole: it gave no answer, or one that is not about this feed."""


def push_feeds(now: datetime, seconds: float = SLICE_SECONDS) -> Report:
    """A slice of what is owed; rings again if more is."""
    report = Report(newsroom().hub)
    if not report.hub:
        return report
    owed = PublishedFeed.objects.owed_to_hub(built_for(now), now)
    ends = time.monotonic() + seconds
    try:
        with Fetcher([host_of(report.hub)], MOST_BYTES, deadline_seconds=HUB_SECONDS) as out:
            for row in owed.order_by("pk")[:AT_ONCE]:
                if time.monotonic() > ends:
                    break
                if _leased(owed, row, now):
                    _tell(out, report, row, now)
    except _Unwell as error:
        report.trouble = str(error)
        return report
    if (report.told and _wake(now)) or owed.exists():
        ring("push_feeds")
    return report


def _leased(owed: PublishedFeedQuerySet, row: PublishedFeed, now: datetime) -> bool:
    """One guarded UPDATE: whoever dies with a lease is followed after a minute."""
    return owed.filter(pk=row.pk).update(push_after=now + LEASE) == 1


def _tell(out: Fetcher, report: Report, row: PublishedFeed, now: datetime) -> None:
    """Raises _Unwell."""
    form = urlencode({"hub.mode": "publish", "hub.url": settings.SITE_URL + row.address}).encode()
    try:
        status = out.post(report.hub, form, _FORM).status
    except FetchFailed as error:
        raise _unwell(row, str(error), now) from error
    if 200 <= status < 300:
        # What was read before the ping: if it has changed since, it is owed another.
        _of(row).update(pushed_etag=row.etag, push_after=None, push_failures=0, push_trouble="")
        report.told += 1
    elif status == 429 or status >= 500 or 300 <= status < 400:
        raise _unwell(row, f"The hub {report.hub} answered {status}.", now)
    else:
        report.trouble = f"The hub {report.hub} answered {status} when it was told of {row.address}."
        _put_off(_of(row), row.push_failures, report.trouble, now)


def _unwell(row: PublishedFeed, trouble: str, now: datetime) -> _Unwell:
    """All that is owed waits as long as the one that was tried: a hub that is away is asked once."""
    _put_off(PublishedFeed.objects.owed_to_hub(built_for(now), now) | _of(row), row.push_failures, trouble, now)
    return _Unwell(trouble)


def _wake(now: datetime) -> int:
    """The hub answers: what waited for that waits no longer. Returns how many."""
    waiting = PublishedFeed.objects.filter(push_failures__gt=0, push_after__gt=now + LEASE)
    return waiting.update(push_after=now)


def _put_off(rows: PublishedFeedQuerySet, failures: int, trouble: str, now: datetime) -> None:
    """After the last try the next change is waited for."""
    log.warning("the hub could not be told of a change", reason=trouble, failures=failures + 1)
    given_up = f"{trouble} That was for the last time: the next change will be told again."
    keys = list(rows.values_list("pk", flat=True))
    rows = PublishedFeed.objects.filter(pk__in=keys)
    rows.filter(push_failures__gte=MOST_TRIES - 1).update(
        pushed_etag=F("etag"), push_after=None, push_failures=0, push_trouble=given_up
    )
    rows.exclude(pushed_etag=F("etag")).update(
        push_after=now + wait(failures), push_failures=F("push_failures") + 1, push_trouble=trouble
    )


def wait(failures: int) -> timedelta:
    """After so many failures before this one: a minute, then twice as long each time, at most six hours."""
    return min(FIRST_WAIT * int(2**failures), LONGEST_WAIT)


def _of(row: PublishedFeed) -> PublishedFeedQuerySet:
    return PublishedFeed.objects.filter(pk=row.pk)
