"""From letters and recipients to rows: a mailing is planned, counted and only then opened."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, QuerySet

from service.toolbox import addresses
from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from ..models import Address, Mailing, Message, MessageQuerySet, Rendition
from ..rules.compiled import Envelope, compile_letter, slots_in
from ..rules.pace import GIVE_UP_AFTER
from ..rules.verdicts import ACCEPTED, CANCELLED, QUEUED, SENDING, SUPPRESSED, UNCERTAIN, adds_up
from . import bulk
from .gate import suppressed

SLICE = 1000
CANDIDATES_AT_ONCE = 20_000
TRIES = 5
POST_VALID_FOR = GIVE_UP_AFTER


@dataclass(frozen=True, slots=True)
class Recipient:
    """An opaque key and the address behind it; `segment` names the rendition."""

    key: str
    address_id: int
    segment: str = "all"


def discard(key: str) -> None:
    """In a transaction: a mailing that is still planned, of which nobody has anything, as if it had never been."""
    mailing = Mailing.objects.select_for_update(no_key=True).filter(key=key, state="planning").first()
    if mailing:
        bulk.unplan(mailing)
        mailing.delete()


def keep_address(text: str) -> Address:
    """The row of that address, sealed. Raises BadAddress."""
    address = addresses.normalise(text)
    row, _ = Address.objects.get_or_create(
        fingerprint=addresses.fingerprint(address),
        defaults={"sealed": addresses.seal(address), "group": addresses.provider_group(address)},
    )
    return row


def open_mailing(
    key: str, now: datetime, not_after: datetime, priority: int = 5, *, asked_for: bool = False
) -> Mailing:
    """The mailing of that key; the same one when asked again."""
    given = {"not_after": not_after, "created": now, "priority": priority, "asked_for": asked_for}
    return Mailing.objects.get_or_create(key=key, defaults=given)[0]


def add_rendition(
    mailing: Mailing,
    segment: str,
    envelope: Envelope,
    html: str,
    text: str,
    links: dict[str, str],
    salts: dict[str, str] | None = None,
) -> Rendition:
    """`links` maps each slot to an address with {token}; `salts` those whose tokens name nobody to the
    secret, in hex, that they are made with. The first one of a segment stays, whoever
    compiles it again. Raises ServiceError for a slot without a link."""
    known = Rendition.objects.filter(mailing=mailing, segment=segment).first()
    if known:
        return known
    needed = set(slots_in(html, text)) | ({"unsubscribe"} if envelope.unsubscribe else set())
    if needed - set(links):
        raise ServiceError(f"The letter has slots without a link: {', '.join(sorted(needed - set(links)))}.")
    return Rendition.objects.get_or_create(
        mailing=mailing,
        segment=segment,
        defaults={
            "compiled": compile_letter(envelope, html, text),
            "links": links,
            "salts": salts or {},
            "one_click": envelope.unsubscribe,
            "sender": envelope.from_address,
            "bounces": envelope.bounces,
        },
    )[0]


def recompile(rendition: Rendition, envelope: Envelope, html: str, text: str) -> bytes:
    """Other words for it, to be given to `rewrite`; its links and what they are made with stay. Raises
    ServiceError for a slot without a link."""
    if set(slots_in(html, text)) - set(rendition.links):
        raise ServiceError("The letter has slots that its links do not know; it can't be rewritten.")
    return compile_letter(envelope, html, text)


def rewrite(mailing: Mailing, compiled: Mapping[int, bytes]) -> None:
    """By a rendition's id: for whoever has not got it yet. Once this is committed nothing begins with the
    older words: whoever is sending them stops after what is on the wire, and takes up these."""
    with transaction.atomic():
        Mailing.objects.filter(pk=mailing.pk).update(letters=F("letters") + 1)
        for pk, words in compiled.items():
            Rendition.objects.filter(pk=pk, mailing=mailing).update(compiled=words)


def drop(mailing: Mailing, keys: Iterable[str]) -> int:
    """Notes by those opaque keys how many have, or are getting this second, what leaves the letter now.
    Returns how many."""
    with transaction.atomic():
        locked = _locked(mailing)
        counts = locked.counts()
        have = sum(counts[state] for state in (ACCEPTED, UNCERTAIN, SENDING))
        locked.dropped = {**dict.fromkeys(keys, have), **locked.dropped}
        locked.save(update_fields=["dropped"])
    return have


def forget_salts(now: datetime) -> int:
    """Once nothing of a mailing may leave any more, nobody needs what nameless tokens were made with."""
    return Rendition.objects.filter(mailing__not_after__lt=now).exclude(salts={}).update(salts={})


def plan(mailing: Mailing, recipients: Iterable[Recipient], now: datetime) -> None:
    """One message per recipient key, however often this is called or broken off; none once frozen."""
    every = iter(recipients)
    while chunk := list(islice(every, SLICE)):
        with transaction.atomic():
            locked = _locked(mailing)
            if locked.state != "planning":
                return
            _add(locked, chunk, now)
            locked.candidates = locked.messages.count() + sum(locked.excluded.values())
            locked.save(update_fields=["candidates"])


def plan_candidates(mailing: Mailing, candidates: QuerySet[Any, Any], now: datetime, seconds: float) -> bool | None:
    """The same for very many, without one of them passing through this process. `candidates` has the
    columns id, key, address_id, segment and exclusion (a reason, or ""); it is gone through by id, a
    slice a transaction, each slice proved: candidates = planned + excluded. May be broken off and
    run again. False where time ran out first, None where another worker is at it."""
    ends = time.monotonic() + seconds
    while (done := _plan_slice(mailing, candidates, now)) is False:
        if time.monotonic() > ends:
            return False
    return done


def freeze(mailing: Mailing, now: datetime) -> int:
    """Counts, cuts into batches, opens: from here on it may be sent. Returns the number frozen."""
    with transaction.atomic():
        locked = _locked(mailing)
        if locked.state != "planning":
            return locked.frozen or 0
        bulk.cut(locked, now)
        counts = locked.counts()
        locked.frozen = locked.messages.count()
        if not adds_up(locked.frozen, counts) or locked.candidates != locked.frozen + sum(locked.excluded.values()):
            raise ServiceError(f"{locked.key}: the counts do not add up; nothing was sent.")
        locked.state, locked.opened_at = "open", now
        locked.save(update_fields=["frozen", "state", "opened_at"])
        ring("send_due")
    return locked.frozen


def plan_again(mailing: Mailing, recipients: Iterable[Recipient], now: datetime) -> int:
    """Readers who chose otherwise while the mailing is under way, and by their new choice get it.
    Under the same key as before, so nobody gets two; whoever is new to it adds to `frozen`."""
    with transaction.atomic():
        locked = _locked(mailing)
        if locked.state not in ("open", "paused"):
            return 0
        chunk = list(recipients)
        known = locked.messages.filter(recipient_key__in=[one.key for one in chunk])
        back = known.filter(state=CANCELLED, reason="changed")
        for pk in list(back.order_by("id").values_list("id", flat=True)):
            locked.batches.filter(first_id__lte=pk, last_id__gte=pk).update(done=False, due_at=now)
        _give_renditions(locked, back, chunk)
        have = set(known.values_list("recipient_key", flat=True))
        new = [one for one in chunk if one.key not in have]
        count = len(new) + back.update(state=QUEUED, reason="", due_at=now, changed=now)
        if new:
            newest = locked.messages.aggregate(newest=Max("id"))["newest"] or 0
            _add(locked, new, now)
            bulk.cut(locked, now, after=newest)
            locked.frozen = (locked.frozen or 0) + len(new)
            locked.candidates += len(new)
            locked.save(update_fields=["frozen", "candidates"])
        if count:
            ring("send_due")
    return count


def _give_renditions(mailing: Mailing, messages: MessageQuerySet, chosen: list[Recipient]) -> None:
    """The letter that they now want."""
    renditions = dict(mailing.renditions.values_list("segment", "id"))
    for segment in {one.segment for one in chosen}:
        keys = [one.key for one in chosen if one.segment == segment]
        messages.filter(recipient_key__in=keys).update(rendition_id=renditions[segment])


def keys_changed(family: str) -> set[str]:
    """Recipients who chose otherwise before they got a letter from one of those mailings, whose keys
    all begin with `family`. Not who is getting one this very second, or may have got it: none gets two."""
    family_of = Message.objects.filter(mailing__key__startswith=family)
    changed = family_of.filter(reason="changed", state=CANCELLED)
    maybe = family_of.filter(state__in=(SENDING, UNCERTAIN, ACCEPTED), recipient_key=OuterRef("recipient_key"))
    return set(changed.filter(~Exists(maybe)).values_list("recipient_key", flat=True))


def post(
    key: str, address: Address, envelope: Envelope, html: str, text: str, now: datetime, *, asked_for: bool = False
) -> None:
    """One letter to one address, such as a confirmation. The same key posts once. `asked_for`: its
    reader asked for it a moment ago, and may be somebody who had left."""
    with transaction.atomic():
        mailing = open_mailing(key, now, now + POST_VALID_FOR, priority=1, asked_for=asked_for)
        if mailing.state == "planning":
            add_rendition(mailing, "all", envelope, html, text, {})
            plan(mailing, [Recipient(mailing.key[:64], address.pk)], now)
            freeze(mailing, now)


def _locked(mailing: Mailing) -> Mailing:
    """The row as it is, held until the transaction ends: planning and freezing wait for each other."""
    return Mailing.objects.select_for_update(no_key=True).get(pk=mailing.pk)


def _plan_slice(mailing: Mailing, candidates: QuerySet[Any, Any], now: datetime) -> bool | None:
    """True at the end, None where another worker is at it, False where more remains. A slice in which a
    reader chose otherwise that very instant is done again."""
    for _ in range(TRIES):
        with transaction.atomic():
            rows = Mailing.objects.select_for_update(no_key=True, skip_locked=True)
            locked = rows.filter(pk=mailing.pk).first()
            if locked is None:
                return None
            if locked.state != "planning":
                return True
            rest = candidates.filter(pk__gt=locked.planned_to)
            ids = rest.order_by("pk").values_list("pk", flat=True)[:CANDIDATES_AT_ONCE]
            last = ids.aggregate(last=Max("pk"))["last"]
            if last is None:
                return True
            here = rest.filter(pk__lte=last).order_by()
            counted = dict(here.values_list("exclusion").annotate(count=Count("pk")))
            planned = counted.pop("", 0)
            if bulk.plan(locked, here, now) == planned:
                locked.planned_to = last
                locked.candidates += planned + sum(counted.values())
                locked.excluded = Counter(locked.excluded) + Counter(counted)
                locked.save(update_fields=["planned_to", "candidates", "excluded"])
                return False
            transaction.set_rollback(True)
    raise ServiceError(f"{mailing.key}: the counts do not add up; nothing was sent.")


def _add(mailing: Mailing, recipients: list[Recipient], now: datetime) -> None:
    renditions = dict(mailing.renditions.values_list("segment", "id"))
    addresses_of = [recipient.address_id for recipient in recipients]
    stopped = suppressed(addresses_of, asked_for=mailing.asked_for)
    groups = dict(Address.objects.filter(pk__in=addresses_of).values_list("id", "group"))
    Message.objects.bulk_create(
        [
            Message(
                mailing=mailing,
                rendition_id=renditions[recipient.segment],
                address_id=recipient.address_id,
                recipient_key=recipient.key,
                provider=groups[recipient.address_id] if groups[recipient.address_id] in addresses.PROVIDERS else "",
                state=SUPPRESSED if recipient.address_id in stopped else QUEUED,
                due_at=now,
                changed=now,
            )
            for recipient in recipients
        ],
        ignore_conflicts=True,
    )
