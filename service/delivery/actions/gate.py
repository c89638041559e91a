"""What stops a message before the wire: its reader's wish, an operator's, a suppressed address."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from ..models import Address, Mailing, Message, Suppression
from ..rules.verdicts import CANCELLED, SUPPRESSED


def cancel_for(recipient_key: str, reason: str, now: datetime) -> None:
    """Everything still waiting for that reader. `reason`: unsubscribed, erased or changed."""
    Message.objects.filter(recipient_key=recipient_key).cancel(reason, now)


def stop(mailing: Mailing, now: datetime, reason: str = "stopped") -> int:
    """For good. `reason`: stopped or expired. Returns how many will not get it; what is on the wire
    this second may still arrive."""
    with transaction.atomic():
        locked = Mailing.objects.select_for_update(no_key=True).get(pk=mailing.pk)
        locked.messages.all().cancel(reason, now)
        locked.state = "stopped"
        locked.frozen = locked.messages.count() if locked.frozen is None else locked.frozen
        locked.save(update_fields=["state", "frozen"])
        return locked.messages.filter(state=CANCELLED, reason=reason).count()


def suppress(address: Address, reason: str, now: datetime) -> None:
    """That address gets nothing more, from any mailing; what waits for it is counted as suppressed."""
    with transaction.atomic():
        Suppression.objects.get_or_create(fingerprint=address.fingerprint, defaults={"reason": reason, "since": now})
        Message.objects.filter(address=address).waiting().update(state=SUPPRESSED, changed=now)


def suppressed(address_ids: Iterable[int]) -> set[int]:
    """Those of them that get nothing."""
    prints = dict(Address.objects.filter(pk__in=address_ids).values_list("fingerprint", "pk"))
    stopped = Suppression.objects.filter(fingerprint__in=prints).values_list("fingerprint", flat=True)
    return {prints[fingerprint] for fingerprint in stopped}


def forget(address: Address, now: datetime) -> None:
    """The address, and the letters that went to it alone. Where it was one of many, its place in the
    counts stays, with nobody's name. A suppression stays too: it is only a hash."""
    with transaction.atomic():
        mine = Message.objects.filter(address=address)
        mine.cancel("erased", now)
        for mailing in Mailing.objects.filter(pk__in=mine.values("mailing")):
            if not mailing.messages.exclude(address=address).exists():
                mailing.messages.all().delete()
                mailing.delete()
        address.delete()
