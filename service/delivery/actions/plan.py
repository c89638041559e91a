"""From letters and recipients to rows: a mailing is planned, counted and only then opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction

from service.toolbox import addresses
from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from ..models import Address, Batch, Mailing, Message, Rendition, Suppression
from ..rules.compiled import Envelope, compile_letter, slots_in
from ..rules.verdicts import QUEUED, SUPPRESSED, adds_up

SLICE = 1000
BATCH = 500
POST_VALID_FOR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Recipient:
    """An opaque key and the address behind it; `segment` names the rendition."""

    key: str
    address_id: int
    segment: str = "all"


def keep_address(text: str) -> Address:
    """The row of that address, sealed. Raises BadAddress."""
    address = addresses.normalise(text)
    row, _ = Address.objects.get_or_create(
        fingerprint=addresses.fingerprint(address),
        defaults={"sealed": addresses.seal(address), "group": addresses.provider_group(address)},
    )
    return row


def open_mailing(key: str, now: datetime, not_after: datetime, priority: int = 5) -> Mailing:
    """The mailing of that key; the same one when asked again."""
    return Mailing.objects.get_or_create(
        key=key, defaults={"not_after": not_after, "created": now, "priority": priority}
    )[0]


def add_rendition(
    mailing: Mailing, segment: str, envelope: Envelope, html: str, text: str, links: dict[str, str]
) -> Rendition:
    """`links` maps each slot to an address with {token}. Raises ServiceError for a slot without one."""
    needed = set(slots_in(html, text)) | ({"unsubscribe"} if envelope.unsubscribe else set())
    if needed - set(links):
        raise ServiceError(f"The letter has slots without a link: {', '.join(sorted(needed - set(links)))}.")
    return Rendition.objects.get_or_create(
        mailing=mailing,
        segment=segment,
        defaults={
            "compiled": compile_letter(envelope, html, text),
            "links": links,
            "one_click": envelope.unsubscribe,
            "sender": envelope.from_address,
        },
    )[0]


def plan(mailing: Mailing, recipients: Iterable[Recipient], now: datetime) -> None:
    """One message per recipient key, however often this is called or broken off."""
    renditions = dict(mailing.renditions.values_list("segment", "id"))
    every = iter(recipients)
    while chunk := list(islice(every, SLICE)):
        stopped = _suppressed([recipient.address_id for recipient in chunk])
        Message.objects.bulk_create(
            [
                Message(
                    mailing=mailing,
                    rendition_id=renditions[recipient.segment],
                    address_id=recipient.address_id,
                    recipient_key=recipient.key,
                    state=SUPPRESSED if recipient.address_id in stopped else QUEUED,
                    due_at=now,
                    changed=now,
                )
                for recipient in chunk
            ],
            ignore_conflicts=True,
        )


def freeze(mailing: Mailing, now: datetime) -> int:
    """Counts, cuts into batches, opens: from here on it may be sent. Returns the number frozen."""
    with transaction.atomic():
        locked = Mailing.objects.select_for_update().get(pk=mailing.pk)
        if locked.state != "planning":
            return locked.frozen or 0
        _cut(locked, now)
        locked.frozen = locked.messages.count()
        if not adds_up(locked.frozen, locked.counts()):
            raise ServiceError(f"{locked.key}: the counts do not add up; nothing was sent.")
        locked.state = "open"
        locked.save(update_fields=["frozen", "state"])
        ring("send_due")
    return locked.frozen


def post(key: str, address: Address, envelope: Envelope, html: str, text: str, now: datetime) -> None:
    """One letter to one address, such as a confirmation. The same key posts once."""
    with transaction.atomic():
        mailing = open_mailing(key, now, now + POST_VALID_FOR, priority=1)
        if mailing.state == "planning":
            add_rendition(mailing, "all", envelope, html, text, {})
            plan(mailing, [Recipient(mailing.key[:64], address.pk)], now)
            freeze(mailing, now)


def _suppressed(address_ids: list[int]) -> set[int]:
    prints = dict(Address.objects.filter(pk__in=address_ids).values_list("fingerprint", "pk"))
    stopped = Suppression.objects.filter(fingerprint__in=prints).values_list("fingerprint", flat=True)
    return {prints[fingerprint] for fingerprint in stopped}


def _cut(mailing: Mailing, now: datetime) -> None:
    first = 0
    while ids := list(mailing.messages.filter(id__gt=first).order_by("id").values_list("id", flat=True)[:BATCH]):
        Batch.objects.create(mailing=mailing, first_id=ids[0], last_id=ids[-1], priority=mailing.priority, due_at=now)
        first = ids[-1]
