"""The safety hold: one story leaves every outlet at once, without a word of why, and may come back. What its
source says meanwhile is kept and not shown; that it is withdrawn wins."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from ..models import Article
from .store import add_version

LONGEST_REASON = 1000


def find(words: str) -> Article:
    """By its key, its id or its address. Raises ServiceError."""
    known = Article.objects.with_key(words) | Article.objects.filter(Q(canonical_url=words) | Q(guid=words))
    article = known.first()
    if article is None:
        raise ServiceError(f"There is no article {words!r}. Give its key, its id or its address.")
    return article


def hold(article: Article, by: str, reason: str, now: datetime) -> None:
    """`reason` is for the desk alone. Held already, it stays as it was. Raises ServiceError without a reason,
    and for what is withdrawn. Letters on their way: see editions/actions/take_out.py."""
    if not reason.strip():
        raise ServiceError(gettext("Say why it is held: whoever releases it must know."))
    with transaction.atomic():
        locked = _locked(article)
        if locked.status == "withdrawn":
            raise ServiceError(gettext("It is withdrawn; there is nothing left to hold."))
        if locked.status == "held":
            return
        locked.status, locked.held_at, locked.held_by = "held", now, by
        locked.held_why = reason.strip()[:LONGEST_REASON]
        add_version(locked, "held", "", now, locked.shelved_under() if locked.first_seen else {})
        ring("publish_feeds", "dispatch_editions")


def release(article: Article, now: datetime) -> None:
    """Back wherever it stood, under the same guid and dates, with what its source said meanwhile; before its
    hour, to wait for it. Raises ServiceError where it is not held."""
    with transaction.atomic():
        locked = _locked(article)
        if locked.status != "held":
            raise ServiceError(gettext("It is not held."))
        _tell_now(locked, now)
        was_out = locked.first_seen is not None
        locked.status = "published" if was_out else "scheduled"
        locked.held_at, locked.held_by, locked.held_why = None, "", ""
        add_version(locked, "released" if was_out else "scheduled", "", now, locked.shelved_under())
        ring("publish_feeds", "raise_alerts", "dispatch_editions", "tell_partners")


def _locked(article: Article) -> Article:
    # no_key: as in store.call_it.
    return Article.objects.select_for_update(no_key=True).get(pk=article.pk)


def _tell_now(article: Article, now: datetime) -> None:
    """What changed while nobody could see it is told from now on."""
    held = article.versions.filter(kind="held").latest("number")
    article.versions.filter(number__gt=held.number).exclude(kind="byline").update(at=now)
