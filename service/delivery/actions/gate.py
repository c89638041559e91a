"""What stops a message before the wire: its reader's wish, an operator's, a suppressed address."""

from datetime import datetime

from django.db import transaction

from ..models import Address, Mailing, Message, Suppression
from ..rules.verdicts import CANCELLED, DEFERRED, QUEUED, SUPPRESSED


def cancel_for(recipient_key: str, reason: str, now: datetime) -> int:
    """Everything still waiting for that reader. `reason`: unsubscribed, erased or changed."""
    waiting = Message.objects.filter(recipient_key=recipient_key, state__in=[QUEUED, DEFERRED])
    return waiting.update(state=CANCELLED, reason=reason, changed=now)


def stop(mailing: Mailing, now: datetime) -> int:
    """For good. Returns how many will not get it; what is on the wire this second still arrives."""
    with transaction.atomic():
        Mailing.objects.filter(pk=mailing.pk).update(state="stopped")
        waiting = mailing.messages.filter(state__in=[QUEUED, DEFERRED])
        return waiting.update(state=CANCELLED, reason="stopped", changed=now)


def suppress(address: Address, reason: str, now: datetime) -> None:
    """That address gets nothing more, from any mailing; what waits for it is counted as suppressed."""
    with transaction.atomic():
        Suppression.objects.get_or_create(fingerprint=address.fingerprint, defaults={"reason": reason, "since": now})
        waiting = Message.objects.filter(address=address, state__in=[QUEUED, DEFERRED])
        waiting.update(state=SUPPRESSED, changed=now)


def release(address: Address) -> None:
    """The person behind it asked again, and proved it: letters may go there again."""
    Suppression.objects.filter(fingerprint=address.fingerprint).delete()


def is_suppressed(address: Address) -> bool:
    return Suppression.objects.filter(fingerprint=address.fingerprint).exists()


def forget(address: Address) -> None:
    """The address and every letter that went to it alone. A suppression stays: it is only a hash."""
    with transaction.atomic():
        mailings = set(address.messages.values_list("mailing_id", flat=True))
        address.messages.all().delete()
        Mailing.objects.filter(pk__in=mailings, messages=None).delete()
        address.delete()
