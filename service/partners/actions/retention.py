"""What is kept of partners has a stated life too."""

import time
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db.models import QuerySet

from service.delivery.actions import retention as delivery

from ..models import CONTACT_KEPT, Look, Pull, Republication, Told
from .writing import PREFIX

log = structlog.get_logger(__name__)

LETTERS_KEPT = timedelta(days=365)  # a proof of who was told what
AT_ONCE = 5_000
SECONDS = 2.0


def sweep(now: datetime) -> dict[str, int]:
    """A slice of what has had its time is deleted. Returns how many rows of what."""
    cleared = {
        "pulls": _delete(Pull.objects.outlived(now)),
        "looks": _delete(Look.objects.outlived(now)),
        "reporters' mailboxes": _forget_contacts(now),
        "letters to partners": delivery.forget_mailings((PREFIX,), now - LETTERS_KEPT),
    }
    if any(cleared.values()):
        log.info(
            "cleared away what had its time",
            **{name.replace(" ", "_").replace("'", ""): count for name, count in cleared.items()},
        )
    return cleared


def _forget_contacts(now: datetime) -> int:
    """The use stays, its reporter goes; so does, in its time, what a notice told somebody who is no partner."""
    Told.objects.filter(partner=None, notice__at__lt=now - CONTACT_KEPT).delete()
    rows = Republication.objects.contact_outlived(now).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    return Republication.objects.filter(pk__in=list(rows)).update(contact="")


def _delete(rows: QuerySet[Any]) -> int:
    ends, count = time.monotonic() + SECONDS, 0
    while chunk := list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        count += rows.model._default_manager.filter(pk__in=chunk).delete()[0]
        if time.monotonic() > ends:
            break
    return count
