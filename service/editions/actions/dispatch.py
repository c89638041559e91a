"""From an approved edition to messages: frozen, planned, counted, opened."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

import structlog
from django.conf import settings
from django.urls import reverse

from service.audience.models import Subscriber
from service.delivery.actions.plan import Recipient, add_rendition, freeze, open_mailing, plan
from service.delivery.models import Mailing
from service.delivery.rules.compiled import Envelope
from service.delivery.rules.verdicts import REMAINING
from service.newsroom.current import newsroom

from ..kinds import KINDS
from ..models import Edition
from ..rules import SEND_WITHIN
from .compose import compose
from .decide import expire, stop, tell_desk

log = structlog.get_logger(__name__)


def dispatch_editions(now: datetime) -> list[str]:
    """Everything that editions owe: the desk hears of drafts, the approved go out, the finished are
    called sent, drafts that waited too long expire. Returns a sentence for each that moved."""
    for edition in Edition.objects.filter(state="drafted", told_desk_at=None):
        tell_desk(edition, now)
    for edition in Edition.objects.about_withdrawn():
        stop(edition, now)
    told = [dispatch(edition, now) for edition in Edition.objects.to_dispatch()]
    told += [f"{edition.slug} is sent." for edition in Edition.objects.under_way() if _finish(edition)]
    told += [f"{slug} expired: nobody approved it." for slug in expire(now)]
    return told


def dispatch(edition: Edition, now: datetime) -> str:
    """May be broken off and run again: the letter is frozen once, each reader gets one message, and
    nothing leaves before all are counted."""
    _freeze_letter(edition, now)
    mailing = open_mailing(
        edition.mailing_key, edition.approved_at or now, now + SEND_WITHIN, KINDS[edition.kind].PRIORITY
    )
    envelope = _envelope(edition)
    unsubscribe = settings.SITE_URL + reverse("unsubscribe", args=["TOKEN"]).replace("TOKEN", "{token}")
    add_rendition(mailing, "all", envelope, edition.html, edition.text, {"unsubscribe": unsubscribe})
    plan(mailing, _recipients(edition), now)
    count = freeze(mailing, now)
    moved = Edition.objects.filter(pk=edition.pk, state="approved").update(state="sending")
    if moved:
        log.info("edition dispatched", edition=edition.slug, readers=count)
    return f"{edition.slug} goes out to {count} readers."


def _freeze_letter(edition: Edition, now: datetime) -> None:
    if edition.content_hash:
        return
    drawn = compose(edition, now)
    edition.subject, edition.html, edition.text = drawn.subject, drawn.html, drawn.text
    edition.content_hash = hashlib.sha256("\n".join([drawn.subject, drawn.html, drawn.text]).encode()).hexdigest()
    edition.save(update_fields=["subject", "html", "text", "content_hash"])
    if drawn.is_heavy:
        log.warning("letter is over 90 KB and may be cut off", edition=edition.slug)


def _envelope(edition: Edition) -> Envelope:
    house = newsroom()
    return Envelope(
        from_name=house.name,
        from_address=house.from_address,
        subject=edition.subject,
        reply_to=house.editors,
        list_id=f"<{edition.kind}-{edition.language}.{house.domain}>",
        feedback_id=f"{edition.slug}:{edition.kind}:{house.domain}:byline",
        unsubscribe=True,
    )


def _recipients(edition: Edition) -> Iterator[Recipient]:
    readers = Subscriber.objects.wanting(edition.kind, edition.language)
    if edition.article:
        readers = readers.about([topic.slug for topic in edition.article.topics.all()])
    for key, address_id in readers.values_list("key", "address_id").order_by("id").iterator(2000):
        yield Recipient(key, address_id)


def _finish(edition: Edition) -> bool:
    """Sent is when nothing remains; not when a task ended."""
    mailing = Mailing.objects.filter(key=edition.mailing_key).first()
    if mailing is None or mailing.messages.filter(state__in=REMAINING).exists():
        return False
    return bool(Edition.objects.filter(pk=edition.pk, state="sending").update(state="sent"))
