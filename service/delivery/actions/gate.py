"""What stops a message before the wire: its reader's wish, an operator's, a suppressed address."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import OuterRef, Subquery

from service.toolbox.bell import ring

from ..models import Address, Mailing, Message, Suppression
from ..rules.verdicts import CANCELLED, LIFTED, PASSABLE, QUEUED, SUPPRESSED, UNCERTAIN, is_suppressed


def cancel_for(recipient_key: str, reason: str, now: datetime) -> None:
    """Everything still waiting for that reader. `reason`: unsubscribed, erased or changed."""
    Message.objects.filter(recipient_key=recipient_key).cancel(reason, now)


def halt(mailing: Mailing, now: datetime, reason: str = "stopped") -> None:
    """Once this is committed, no message of it begins any more; `stop` then counts them out."""
    with transaction.atomic():
        locked = Mailing.objects.select_for_update(no_key=True).get(pk=mailing.pk)
        if locked.frozen is None:
            locked.messages.all().cancel(reason, now)
            locked.frozen = locked.messages.count()
        locked.state = "stopped"
        locked.save(update_fields=["state", "frozen"])


def stop(mailing: Mailing, now: datetime, reason: str = "stopped") -> int:
    """For good. `reason`: stopped or expired. Returns how many will not get it; what is on the wire this
    second may still arrive. Batch by batch: with all of a long list in one statement, the workers would
    send on until it ends, and each wait for messages that the other holds."""
    halt(mailing, now, reason)
    for batch in mailing.batches.under_way().order_by("id"):
        with transaction.atomic():
            batch.hold()
            batch.messages().cancel(reason, now)
    mailing.batches.under_way().update(due_at=now)  # to be called done
    return mailing.messages.filter(state=CANCELLED, reason=reason).count()


def pause(mailing: Mailing) -> bool:
    """Nothing more of it begins; what is on the wire this second may still arrive. Paused already, it stays
    so. False where it is not under way."""
    return bool(Mailing.objects.filter(pk=mailing.pk, state__in=["open", "paused"]).update(state="paused"))


def resume(mailing: Mailing) -> bool:
    """On from where it stood. False where it was not paused."""
    with transaction.atomic():
        ring("send_due")
        return bool(Mailing.objects.filter(pk=mailing.pk, state="paused").update(state="open"))


def resend_uncertain(mailing: Mailing, now: datetime) -> int:
    """A person's decision, never ours: those whose fate nobody knows are queued again, and some may
    get it twice; except who left or chose otherwise meanwhile. Returns how many."""
    with transaction.atomic():
        locked = Mailing.objects.select_for_update(no_key=True).get(pk=mailing.pk)
        if locked.state == "stopped":
            return 0
        unknown = mailing.messages.filter(state=UNCERTAIN).exclude(address=None).order_by("id")
        for pk in list(unknown.values_list("id", flat=True)):
            mailing.batches.filter(first_id__lte=pk, last_id__gte=pk).update(done=False, due_at=now)
        unknown.exclude(reason="").update(state=CANCELLED, changed=now)
        count = unknown.update(state=QUEUED, due_at=now, changed=now)
        if count:
            ring("send_due")
        return count


def suppress(fingerprint: str, reason: str, now: datetime, note: str = "") -> None:
    """That address gets nothing more, from any mailing; what waits for it is counted as suppressed. What
    its reader may lift never stands in front of what only the desk may."""
    with transaction.atomic():
        latest = Suppression.objects.latest_of(fingerprint).first()
        weaker = reason in PASSABLE and latest is not None and latest.reason not in (*PASSABLE, LIFTED)
        if not weaker and (latest is None or latest.reason != reason):
            Suppression.objects.create(fingerprint=fingerprint, reason=reason, at=now, note=note[:200])
        mine = Message.objects.filter(address__fingerprint=fingerprint).waiting()
        if reason in PASSABLE:
            mine = mine.filter(mailing__asked_for=False)
        mine.update(state=SUPPRESSED, changed=now)


def lift(fingerprint: str, now: datetime, *, by_desk: bool = False, note: str = "") -> bool:
    """A later entry that lifts the one before. Its reader, by confirming, lifts only what they did
    themselves; the desk lifts any. False where there was nothing to lift."""
    latest = Suppression.objects.latest_of(fingerprint).first()
    if latest is None or latest.reason == LIFTED or not (by_desk or latest.reason in PASSABLE):
        return False
    Suppression.objects.create(fingerprint=fingerprint, reason=LIFTED, at=now, note=note[:200])
    return True


def latest_entry(fingerprint: str = "address__fingerprint") -> Subquery:
    """The reason that counts for the row's address, to annotate with; None where it has no entry."""
    return Subquery(Suppression.objects.latest_of(OuterRef(fingerprint)).values("reason")[:1])


def suppressed(address_ids: Iterable[int], *, asked_for: bool = False) -> set[int]:
    """Those of them that get nothing."""
    rows = Address.objects.filter(pk__in=address_ids).annotate(latest=latest_entry("fingerprint"))
    return {pk for pk, latest in rows.values_list("pk", "latest") if is_suppressed(latest, asked_for=asked_for)}


def forget(address: Address, now: datetime) -> None:
    """The address, and the letters that went to it alone. Where it was one of many, its place in the
    counts stays, under a key that is nobody's. A suppression stays too: it is only a hash."""
    with transaction.atomic():
        mine = Message.objects.filter(address=address)
        mine.cancel("erased", now)
        for mailing in Mailing.objects.filter(pk__in=mine.values("mailing"), final__isnull=True):
            if not mailing.messages.exclude(address=address).exists():
                mailing.messages.all().delete()
                mailing.delete()
        for pk in mine.values_list("pk", flat=True):
            Message.objects.filter(pk=pk).update(recipient_key=uuid4().hex)
        address.delete()
