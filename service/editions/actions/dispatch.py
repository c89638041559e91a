"""From an approved edition to messages: frozen, planned, counted, opened."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse

from service.audience.models import Subscriber, SubscriberQuerySet
from service.audience.rules import asked_by
from service.delivery.actions import gate
from service.delivery.actions.plan import (
    Recipient,
    add_rendition,
    freeze,
    keys_changed,
    open_mailing,
    plan_again,
    plan_candidates,
)
from service.delivery.models import Mailing
from service.delivery.rules.compiled import Envelope
from service.delivery.rules.verdicts import REMAINING
from service.newsroom.current import newsroom
from service.toolbox.bell import ring
from service.toolbox.letters import version

from ..kinds import KINDS
from ..models import Edition
from .compose import compose
from .decide import expire, finish, stop, tell_desk

log = structlog.get_logger(__name__)


SLICE_SECONDS = 5.0


def dispatch_editions(now: datetime, seconds: float = SLICE_SECONDS) -> list[str]:
    """Everything that editions owe: the desk hears of drafts, the approved go out, the finished are
    called sent, what waited too long expires. Returns a sentence for each that moved; one that can't
    be composed holds up no other."""
    editions = Edition.objects.all()
    return [
        *_each(editions.about_withdrawn(), lambda edition: _stop(edition, now)),
        *_each(editions.waiting_too_long(now), lambda edition: _expire(edition, now)),
        *_each(editions.filter(state="drafted", told_desk_at=None), lambda edition: tell_desk(edition, now)),
        *_each(editions.to_dispatch(), lambda edition: dispatch(edition, now, seconds)),
        *_each(editions.under_way(), lambda edition: _go_on(edition, now)),
    ]


def dispatch(edition: Edition, now: datetime, seconds: float = SLICE_SECONDS) -> str:
    """May be broken off and run again: the letter is frozen once, each reader gets one message, and
    nothing leaves before all are counted. Very many readers take several runs. "" where it was stopped
    meanwhile, or another was faster."""
    _freeze_letter(edition, now)
    mailing = open_mailing(
        edition.mailing_key, edition.approved_at or now, edition.not_after, KINDS[edition.kind].PRIORITY
    )
    unsubscribe = settings.SITE_URL + reverse("unsubscribe", args=["TOKEN"]).replace("TOKEN", "{token}")
    add_rendition(mailing, "all", _envelope(edition), edition.html, edition.text, {"unsubscribe": unsubscribe})
    planned = plan_candidates(mailing, _candidates(edition), now, seconds)
    if planned is False:  # whoever else is at it rings for itself
        ring("dispatch_editions")
    if not planned:
        return ""
    _drop_who_left(edition, mailing, now)
    with transaction.atomic():
        held = Edition.objects.select_for_update().get(pk=edition.pk)
        if held.state in ("cancelled", "expired"):
            gate.stop(mailing, now)
        if held.state != "approved":
            return ""
        count = freeze(mailing, now)
        held.state = "sending"
        held.save(update_fields=["state"])
    log.info("edition dispatched", edition=edition.slug, readers=count)
    return f"{edition.slug} goes out to {count} {'reader' if count == 1 else 'readers'}."


def _each(editions: Iterable[Edition], act: Callable[[Edition], str | None]) -> Iterator[str]:
    for edition in list(editions):
        try:
            told = act(edition)
        except Exception as error:  # whatever is wrong with it, the others go on
            log.exception("edition could not be moved on", edition=edition.slug)
            told = f"{edition.slug} could not be moved on: {error}"
        if told:
            yield told


def _freeze_letter(edition: Edition, now: datetime) -> None:
    """The first one to compose it decides for all."""
    if not edition.content_hash:
        drawn = compose(edition, now)
        content_hash = hashlib.sha256("\n".join([drawn.subject, drawn.html, drawn.text]).encode()).hexdigest()
        Edition.objects.filter(pk=edition.pk, content_hash="").update(
            subject=drawn.subject,
            html=drawn.html,
            text=drawn.text,
            content_hash=content_hash,
            template_version=version(edition.kind),
        )
        edition.refresh_from_db()
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
        bounces=house.bounces,
    )


def _readers(edition: Edition) -> SubscriberQuerySet:
    readers = Subscriber.objects.wanting(edition.kind, edition.language)
    if edition.article:
        readers = readers.about([topic.slug for topic in edition.article.topics.all()])
    return readers


def _candidates(edition: Edition) -> "QuerySet[Subscriber, Any]":
    """All readers of that language, and why some of them do not get it: as delivery plans them."""
    reasons = [When(~Q(wants__in=asked_by(edition.kind)), then=Value("did not ask for this"))]
    if edition.article:
        chosen = Subscriber.topics.through.objects.filter(subscriber=OuterRef("pk"))
        its_own = chosen.filter(topic__in=edition.article.topics.all())
        reasons.append(When(Exists(chosen) & ~Exists(its_own), then=Value("chose other topics")))
    why = Case(*reasons, default=Value(""))
    readers = Subscriber.objects.active().filter(language=edition.language)
    return readers.annotate(segment=Value("all"), exclusion=why).values(
        "id", "key", "address_id", "segment", "exclusion"
    )


def _recipients(readers: SubscriberQuerySet) -> Iterator[Recipient]:
    for key, address_id in readers.values_list("key", "address_id").order_by("id").iterator(2000):
        yield Recipient(key, address_id)


def _drop_who_left(edition: Edition, mailing: Mailing, now: datetime) -> None:
    """Planning many readers takes a while. Who left before their message was there to be cancelled
    is found here; who leaves later cancels it themselves."""
    still = _readers(edition).filter(key=OuterRef("recipient_key"))
    mailing.messages.filter(~Exists(still)).cancel("changed", now)


def _go_on(edition: Edition, now: datetime) -> str:
    """Readers who changed their choice meanwhile get what they now want. Sent is when nothing remains;
    not when a task ended."""
    mailing = Mailing.objects.get(key=edition.mailing_key)
    changed = keys_changed(edition.mailing_family)
    if changed:
        plan_again(mailing, _recipients(_readers(edition).filter(key__in=changed)), now)
    if mailing.batches.under_way().exists() and mailing.messages.filter(state__in=REMAINING).exists():
        return ""
    return finish(edition, mailing, now)


def _stop(edition: Edition, now: datetime) -> str:
    stop(edition, now)
    return f"{edition.slug} is stopped: its story was withdrawn."


def _expire(edition: Edition, now: datetime) -> str:
    why = "it could not go out in time" if edition.approved_at else "nobody approved it"
    return f"{edition.slug} expired: {why}." if expire(edition, now) else ""
