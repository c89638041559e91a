"""A feed is closed, moved, or opened again. The row says so; the clock's next look writes the files."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError
from service.toolbox.html import is_web_address

from ..models import PublishedFeed
from ..rules import ARCHIVE, IN_EACH_LANGUAGE


class BadMove(ServiceError):
    """The feed can't be closed, or there is nowhere to move to."""


@transaction.atomic
def close(feed: PublishedFeed, now: datetime) -> None:
    """Answered with 410 from now on: readers unsubscribe. Raises BadMove."""
    _set(feed, now, "")


@transaction.atomic
def move(feed: PublishedFeed, to: str, now: datetime) -> None:
    """Answered with 301 from now on, for ever. `to` is a path of our own or an address elsewhere.
    Raises BadMove."""
    _set(feed, now, _checked(feed, to.strip().removeprefix(settings.SITE_URL)))


@transaction.atomic
def reopen(feed: PublishedFeed) -> None:
    _set(feed, None, "")


def _set(feed: PublishedFeed, closed_at: datetime | None, moved_to: str) -> None:
    if feed.kind == ARCHIVE:
        raise BadMove(gettext("This is a page of an archive: it stays as long as its feed. Choose the feed itself."))
    PublishedFeed.objects.filter(pk=feed.pk).update(closed_at=closed_at, moved_to=moved_to, built_at=None)
    if feed.kind in IN_EACH_LANGUAGE:
        PublishedFeed.objects.filter(kind=feed.kind).owe()  # the other languages lead here, or no longer
    ring("publish_feeds")


def _checked(feed: PublishedFeed, to: str) -> str:
    if to.startswith("/") and not to.startswith("//"):
        if not PublishedFeed.objects.open().filter(address=to).exclude(pk=feed.pk).exists():
            told = gettext(
                "%(to)s is no other feed of ours that goes on. Give the address of one, or of one elsewhere."
            )
            raise BadMove(told % {"to": to})
        return to
    if not is_web_address(to) or len(to) > 500 or set(to) & set(' <>"\r\n\t'):
        told = gettext("Give the new feed's whole address, as https://… , or the path of one of ours, as /feeds/….")
        raise BadMove(told)
    return to
