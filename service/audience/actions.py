"""A reader's verbs: subscribe, confirm, choose, leave, come back. Each answers the same to everybody:
whether an address is known here is nobody's business."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from service.content.models import Topic
from service.delivery.actions import gate
from service.delivery.actions.plan import keep_address, post
from service.delivery.models import Address, Mailing
from service.delivery.rules.compiled import Envelope
from service.newsroom.current import newsroom
from service.toolbox import addresses, tokens
from service.toolbox.letters import letter

from .models import Consent, Subscriber, SubscriberQuerySet
from .rules import (
    CONFIRM,
    CONFIRM_WITHIN,
    COUNTED_FOR,
    MOST_LETTERS_TO_ONE_ADDRESS,
    PREFERENCES,
    PREFERENCES_WITHIN,
    UNSUBSCRIBE,
    Choices,
    choices,
)


@dataclass(frozen=True, slots=True)
class Reader:
    """What a page may show to whoever holds a reader's link."""

    key: str
    status: str
    chosen: Choices


def subscribe(address: str, wanted: Choices, now: datetime) -> None:
    """Sends a confirmation to a new reader, and what fits to a known one. Raises BadAddress."""
    row = keep_address(address)
    with transaction.atomic():
        reader = Subscriber.objects.select_for_update().filter(address=row).first()
        if reader and reader.status == "active":
            _post(row, "already", reader, {"preferences": _link(PREFERENCES, reader.key)}, now)
            return
        if reader is None:
            reader = Subscriber.objects.create(address=row, language=wanted.language, wants=wanted.wants, created=now)
        else:
            reader.status, reader.created = "pending", now
        _write(reader, wanted)
        _note(reader, "asked", now, wanted)
        _post(row, "confirm", reader, {"confirm": _link(CONFIRM, reader.key)}, now)


def confirm(token: str, now: datetime) -> Reader:
    """Raises BadToken."""
    with transaction.atomic():
        reader = _reader(tokens.open_token(CONFIRM, token, CONFIRM_WITHIN))
        if reader.status == "pending":
            reader.status, reader.confirmed = "active", now
            reader.save(update_fields=["status", "confirmed"])
            _note(reader, "confirmed", now, _chosen(reader))
    return _shown(reader)


def ask_for_link(address: str, now: datetime) -> None:
    """Mails the preference link to that address, if it belongs to a reader. Raises BadAddress."""
    mark = addresses.fingerprint(addresses.normalise(address))
    reader = Subscriber.objects.active().filter(address__fingerprint=mark).select_related("address").first()
    if reader:
        links = {"preferences": _link(PREFERENCES, reader.key)}
        _post(reader.address, "preferences", reader, links, now)


def choose(token: str, wanted: Choices, now: datetime) -> Reader:
    """Raises BadToken. Letters of another language that still wait for this reader are cancelled."""
    with transaction.atomic():
        reader = _reader(tokens.open_token(PREFERENCES, token, PREFERENCES_WITHIN))
        if wanted != _chosen(reader):
            if wanted.language != reader.language or wanted.wants != reader.wants:
                gate.cancel_for(reader.key, "changed", now)
            _write(reader, wanted)
            _note(reader, "changed", now, wanted)
    return _shown(reader)


def unsubscribe(token: str, now: datetime) -> Reader:
    """RFC 8058's one click, or the page's one button. At once, also for letters already planned; a
    goodbye letter tells the reader, so that nobody can do this to them unnoticed. Raises BadToken."""
    with transaction.atomic():
        reader = _reader(tokens.open_token(UNSUBSCRIBE, token))
        if reader.status != "unsubscribed":
            was_active = reader.status == "active"
            reader.status = "unsubscribed"
            reader.save(update_fields=["status"])
            gate.cancel_for(reader.key, "unsubscribed", now)
            _note(reader, "unsubscribed", now, _chosen(reader))
            if was_active:
                undo = _link(CONFIRM, reader.key)
                _post(reader.address, "goodbye", reader, {"undo": undo}, now)
    return _shown(reader)


def undo(token: str, now: datetime) -> Reader:
    """Back again, by the link in the goodbye letter. Raises BadToken."""
    with transaction.atomic():
        reader = _reader(tokens.open_token(CONFIRM, token, CONFIRM_WITHIN))
        if reader.status == "unsubscribed":
            reader.status = "active"
            reader.save(update_fields=["status"])
            _note(reader, "came back", now, _chosen(reader))
    return _shown(reader)


def look(purpose: str, token: str) -> Reader:
    """Who a link belongs to, changing nothing. Raises BadToken."""
    within = {CONFIRM: CONFIRM_WITHIN, PREFERENCES: PREFERENCES_WITHIN}.get(purpose)
    return _shown(_reader(tokens.open_token(purpose, token, within), Subscriber.objects.all()))


def forget_unconfirmed(now: datetime) -> int:
    """Whoever never confirmed never agreed: the rows go."""
    stale = list(Subscriber.objects.stale(now - CONFIRM_WITHIN).select_related("address"))
    for reader in stale:
        with transaction.atomic():
            Consent.objects.filter(reader_key=reader.key).delete()
            reader.delete()
            gate.forget(reader.address)
    return len(stale)


def _reader(key: str, among: SubscriberQuerySet | None = None) -> Subscriber:
    """Locked for the transaction under way, unless looked for `among` rows that need no lock."""
    rows = Subscriber.objects.select_for_update(of=("self",)) if among is None else among
    reader = rows.filter(key=key).select_related("address").first()
    if reader is None:
        raise tokens.BadToken(
            gettext_noop("This link belongs to nobody any more. Subscribe again to come back.")
        )
    return reader


def _shown(reader: Subscriber) -> Reader:
    return Reader(reader.key, reader.status, _chosen(reader))


def _chosen(reader: Subscriber) -> Choices:
    topics = reader.topics.values_list("slug", flat=True)
    return choices(reader.language, reader.wants, topics, [reader.language])


def _write(reader: Subscriber, wanted: Choices) -> None:
    reader.language, reader.wants = wanted.language, wanted.wants
    reader.save()
    reader.topics.set(Topic.objects.filter(slug__in=wanted.topics))


def _note(reader: Subscriber, what: str, now: datetime, chosen: Choices) -> None:
    detail = f"{chosen.language}, {chosen.wants}, {' '.join(chosen.topics) or 'all topics'}"
    Consent.objects.create(reader_key=reader.key, at=now, what=what, detail=detail[:500])


def _link(purpose: str, key: str) -> str:
    return str(settings.SITE_URL) + reverse(purpose, args=[tokens.sign(purpose, key)])


def _post(address: Address, name: str, reader: Subscriber, links: dict[str, str], now: datetime) -> None:
    """A letter about the subscription itself, at most three a day to one address."""
    sent = Mailing.objects.filter(key__startswith=f"reader:{reader.key}:", created__gt=now - COUNTED_FOR)
    count = sent.count()
    if count >= MOST_LETTERS_TO_ONE_ADDRESS:
        return
    house = newsroom()
    words = letter(f"reader_{name}", reader.language, {"links": links, "newsroom": house})
    envelope = Envelope(house.name, house.from_address, words.subject, reply_to=house.editors)
    key = f"reader:{reader.key}:{name}:{now:%Y%m%d%H%M%S}:{count}"
    post(key, address, envelope, words.html, words.text, now)
