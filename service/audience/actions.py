"""A reader's verbs: subscribe, confirm, choose, leave, come back. Each answers the same to everybody:
whether an address is known here is nobody's business."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from service.content.models import Country, Topic
from service.delivery.actions import gate
from service.delivery.actions.plan import keep_address
from service.delivery.models import Address
from service.delivery.rules.verdicts import UNSUBSCRIBED
from service.newsroom.current import newsroom
from service.toolbox import tokens
from service.toolbox.bell import ring

from .erasure import forget_each
from .models import Consent, Subscriber, SubscriberQuerySet
from .rules import (
    CONFIRM,
    CONFIRM_WITHIN,
    PREFERENCES,
    PREFERENCES_WITHIN,
    UNSUBSCRIBE,
    Choices,
    check,
    subjects_in,
)
from .writing import link, write_to

_AS_THEY_ARE = ("language", "wants", "both_languages", "paused_until", "quiet", "text_only", "appeals")


@dataclass(frozen=True, slots=True)
class Reader:
    """What a page may show to whoever holds a reader's link."""

    key: str
    status: str
    chosen: Choices


def subscribe(address: str, wanted: Choices, now: datetime, *, words: str = "", door: str = "form") -> None:
    """Sends a confirmation to a new reader, and what fits to a known one. `words` are those that the
    reader agreed to, `door` is where. Raises BadAddress."""
    check(wanted, newsroom().languages, now.date())
    row = keep_address(address)
    with transaction.atomic():
        asked = {"language": wanted.language, "wants": wanted.wants, "created": now}
        Subscriber.objects.get_or_create(address=row, defaults=asked)
        reader = Subscriber.objects.held().get(address=row)
        if reader.status == "active":
            write_to(reader, "already", {"links": {"preferences": link(PREFERENCES, reader.key)}}, now)
            return
        reader.status, reader.created = "pending", now
        _write(reader, wanted)
        _note(reader, "asked", now, wanted, words, door)
        write_to(reader, "confirm", {"links": {"confirm": link(CONFIRM, reader.key)}}, now)


def confirm(token: str, now: datetime) -> Reader:
    """Raises BadToken."""
    with transaction.atomic():
        reader = _reader(tokens.open_token(CONFIRM, token, CONFIRM_WITHIN))
        if reader.status == "pending":
            reader.status, reader.confirmed = "active", now
            reader.save(update_fields=["status", "confirmed"])
            gate.lift(reader.address.fingerprint, now)
            _note(reader, "confirmed", now, _chosen(reader))
    return _shown(reader)


def choose(token: str, wanted: Choices, now: datetime) -> Reader:
    """Raises BadToken. What still waits for this reader is cancelled; of editions under way they get
    what they now want, and nothing twice: `editions` plans them again."""
    check(wanted, newsroom().languages, now.date())
    with transaction.atomic():
        reader = _reader(tokens.open_token(PREFERENCES, token, PREFERENCES_WITHIN))
        if wanted != _chosen(reader):
            if reader.status == "active":
                gate.cancel_for(reader.key, "changed", now)
            _write(reader, wanted)
            _note(reader, "changed", now, wanted)
            ring("dispatch_editions")
    return _shown(reader)


def unsubscribe(token: str, now: datetime) -> Reader:
    """RFC 8058's one click, or the page's one button. At once, also for letters already planned; a
    goodbye letter tells the reader, so that nobody can do this to them unnoticed. Raises BadToken."""
    with transaction.atomic():
        reader = _reader(tokens.open_token(UNSUBSCRIBE, token))
        was_active = reader.status == "active"
        _leave(reader, "unsubscribed", now)
        if was_active:
            write_to(reader, "goodbye", {"links": {"undo": link(CONFIRM, reader.key)}}, now)
    return _shown(reader)


def taken_off(address: Address, what: str, now: datetime) -> None:
    """Whoever reads there has left by way of their mail provider: "complained" or "unsubscribed". No
    goodbye: to that address nothing is to be sent."""
    with transaction.atomic():
        reader = Subscriber.objects.held().filter(address=address).first()
        if reader:
            _leave(reader, what, now)


def undo(token: str, now: datetime) -> Reader:
    """Back again, by the link in the goodbye letter. Raises BadToken."""
    with transaction.atomic():
        reader = _reader(tokens.open_token(CONFIRM, token, CONFIRM_WITHIN))
        if reader.status == "unsubscribed":
            reader.status = "active"
            reader.save(update_fields=["status"])
            gate.lift(reader.address.fingerprint, now)
            _note(reader, "came back", now, _chosen(reader))
    return _shown(reader)


def look(purpose: str, token: str) -> Reader:
    """Who a link belongs to, changing nothing. Raises BadToken."""
    within = {CONFIRM: CONFIRM_WITHIN, PREFERENCES: PREFERENCES_WITHIN}.get(purpose)
    return _shown(_found(Subscriber.objects.all(), tokens.open_token(purpose, token, within)))


def forget_unconfirmed(now: datetime) -> int:
    """Whoever never confirmed never agreed: the rows go. Whoever had left, and did not confirm that
    they want to come back, has left as before. Returns how many were forgotten."""
    stale = Subscriber.objects.stale(now - CONFIRM_WITHIN)
    stale.exclude(confirmed=None).update(status="unsubscribed")
    return forget_each(stale.filter(confirmed=None), now)


def _leave(reader: Subscriber, what: str, now: datetime) -> None:
    if reader.status != "unsubscribed":
        reader.status = "unsubscribed"
        reader.save(update_fields=["status"])
        gate.cancel_for(reader.key, "unsubscribed", now)
        gate.suppress(reader.address.fingerprint, UNSUBSCRIBED, now)
        _note(reader, what, now, _chosen(reader))


def _reader(key: str) -> Subscriber:
    """Held until the transaction ends."""
    return _found(Subscriber.objects.held(), key)


def _found(readers: SubscriberQuerySet, key: str) -> Subscriber:
    reader = readers.filter(key=key).first()
    if reader is None:
        raise tokens.NobodysToken(gettext_noop("This link belongs to nobody any more. Subscribe again to come back."))
    return reader


def _shown(reader: Subscriber) -> Reader:
    return Reader(reader.key, reader.status, _chosen(reader))


def _chosen(reader: Subscriber) -> Choices:
    topics, countries = subjects_in(reader.interests)
    same = {name: getattr(reader, name) for name in _AS_THEY_ARE}
    return Choices(topics=topics, countries=countries, **same)


def _write(reader: Subscriber, wanted: Choices) -> None:
    """Of topics and countries, those that there are."""
    for name in _AS_THEY_ARE:
        setattr(reader, name, getattr(wanted, name))
    topics = Topic.objects.filter(slug__in=wanted.topics).values_list("slug", flat=True)
    countries = Country.objects.filter(slug__in=wanted.countries).values_list("slug", flat=True)
    reader.interests = replace(wanted, topics=tuple(topics), countries=tuple(countries)).interests
    reader.save()


def _note(reader: Subscriber, what: str, now: datetime, chosen: Choices, words: str = "", door: str = "") -> None:
    detail = f"{chosen.language}, {chosen.wants}, {chosen.interests or 'all stories'}"
    told = {"detail": detail[:500], "words": words, "door": door}
    Consent.objects.create(reader_key=reader.key, at=now, what=what, **told)
