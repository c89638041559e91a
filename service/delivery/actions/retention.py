"""What delivery lets go of: rows about readers turn into numbers about mailings."""

import time
from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from ..models import Attempt, Batch, Bounce, Mailing, Message, SeenEvent
from ..rules.verdicts import REMAINING

SLICE = 2000


def reduce_messages(before: datetime, seconds: float) -> int:
    """Of mailings that were over by then, messages become the mailing's final counts. A slice of them a
    transaction, so it may be broken off. Returns how many rows went."""
    ends, gone = time.monotonic() + seconds, 0
    for mailing in _over(before):
        while time.monotonic() < ends and (count := _reduce(mailing)):
            gone += count
    return gone


def forget_bounces(before: datetime) -> int:
    """Bounces, and which events of providers were seen."""
    SeenEvent.objects.filter(at__lt=before).delete()
    return Bounce.objects.filter(at__lt=before).delete()[0]


def forget_mailings(prefixes: tuple[str, ...], before: datetime) -> int:
    """Whole mailings that are letters to one person, by how their keys begin: counts of one are counts
    about somebody. Returns how many went."""
    named = Q()
    for prefix in prefixes:
        named |= Q(key__startswith=prefix)
    rows = list(Mailing.objects.filter(named, created__lt=before)[:SLICE])
    for mailing in rows:
        with transaction.atomic():
            _delete(mailing.messages.all())
            mailing.delete()
    return len(rows)


def _over(before: datetime) -> QuerySet[Mailing]:
    """With rows still, of which none is to be sent."""
    under_way = Message.objects.filter(mailing=OuterRef("pk"), state__in=REMAINING)
    left = Message.objects.filter(mailing=OuterRef("pk"))
    old = Mailing.objects.filter(created__lt=before, not_after__lt=before, frozen__isnull=False)
    return old.filter(Exists(left), ~Exists(under_way)).order_by("id")


def _reduce(mailing: Mailing) -> int:
    with transaction.atomic():
        locked = Mailing.objects.select_for_update(no_key=True).get(pk=mailing.pk)
        rows = dict(locked.messages.order_by("id").values_list("id", "state")[:SLICE])
        if rows:
            locked.final = Counter(locked.final or {}) + Counter(rows.values())
            locked.save(update_fields=["final"])
            _delete(Message.objects.filter(pk__in=list(rows)))
        if len(rows) < SLICE:
            Batch.objects.filter(mailing=locked).delete()
        return len(rows)


def _delete(messages: "QuerySet[Message]") -> None:
    """With what was tried; a bounce stays, about no message."""
    pks = list(messages.values_list("pk", flat=True))
    Attempt.objects.filter(message__in=pks).delete()
    Bounce.objects.filter(message__in=pks).update(message=None)
    messages.filter(pk__in=pks).delete()
