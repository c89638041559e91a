"""Readers. A reader is an opaque key, an address that only delivery opens, and what they chose."""

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from service.delivery.models import Address
from service.toolbox.errors import ServiceError

from .rules import ALERTS, BOTH, WEEKLY
from .tallies import HeldDomain as HeldDomain
from .tallies import Tally as Tally


def new_key() -> str:
    return uuid.uuid4().hex


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def active(self) -> "SubscriberQuerySet":
        return self.filter(status="active")

    def held(self) -> "SubscriberQuerySet":
        """With their addresses, and locked until the transaction ends."""
        return self.select_for_update(of=("self",)).select_related("address")

    def stale(self, before: datetime) -> "SubscriberQuerySet":
        """Asked to subscribe and did not confirm in time."""
        return self.filter(status="pending", created__lt=before)


class Subscriber(models.Model):
    """Somebody who reads us, and what they chose. Their address lies elsewhere, sealed."""

    STATES = [("pending", "pending"), ("active", "active"), ("unsubscribed", "unsubscribed")]
    WANTS = [(WEEKLY, "weekly digest"), (ALERTS, "alerts"), (BOTH, "both")]

    key = models.CharField(max_length=32, unique=True, default=new_key)
    address = models.OneToOneField(Address, on_delete=models.PROTECT, related_name="subscriber")
    language = models.CharField(max_length=10)
    wants = models.CharField(max_length=10, choices=WANTS)
    interests = models.CharField(max_length=2000, blank=True, help_text="Topics and countries; nothing: all stories.")
    both_languages = models.BooleanField(default=False)
    paused_until = models.DateField(null=True, blank=True)
    quiet = models.BooleanField(default=False)
    text_only = models.BooleanField(default=False)
    appeals = models.BooleanField(default=True)
    asked_in = models.DateField(null=True, editable=False, help_text="The Monday of the week of the last call.")
    thanks_until = models.DateField(null=True, editable=False, help_text="Gave; may be asked again from then on.")
    status = models.CharField(max_length=15, choices=STATES, default="pending")
    created = models.DateTimeField()
    confirmed = models.DateTimeField(null=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["status", "language", "wants"], name="subscriber_segment"),
            models.Index(fields=["thanks_until"], name="subscriber_giver", condition=Q(thanks_until__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.key[:12]


class Consent(models.Model):
    """Append-only: what a reader agreed to or took back, and when. No network address is kept."""

    reader_key = models.CharField(max_length=32, db_index=True)
    at = models.DateTimeField()
    what = models.CharField(max_length=20)
    detail = models.CharField(max_length=500, blank=True)
    words = models.TextField(blank=True, help_text="The words that were shown.")
    door = models.CharField(max_length=50, blank=True)

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ServiceError("What a reader agreed to is never rewritten; note what changed as a new row.")
        super().save(*args, **kwargs)
