"""Addresses and messages. Delivery knows no people and no editions: whoever calls it gives each
recipient an opaque key, and that key is all that stands beside a message."""

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, Value, When

from service.toolbox import addresses

from .rules import verdicts


class Address(models.Model):
    """A mail address, nowhere in plain: found by its keyed hash, opened only to write to it."""

    fingerprint = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    group = models.CharField(max_length=20, help_text="Who receives for it: a provider, or a domain's hash.")

    class Meta:
        verbose_name_plural = "addresses"

    def __str__(self) -> str:
        return self.fingerprint[:12]

    def open(self) -> str:
        return addresses.open_seal(bytes(self.sealed))


class Suppression(models.Model):
    """An address that gets nothing more, whoever asks: the last gate before the wire."""

    fingerprint = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=200)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.fingerprint[:12]


class Mailing(models.Model):
    """One send. Nothing of it leaves before `frozen`, the number of its messages, is counted."""

    STATES = [("planning", "planning"), ("open", "open"), ("paused", "paused"), ("stopped", "stopped")]

    key = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=STATES, default="planning")
    priority = models.PositiveSmallIntegerField(default=5, help_text="1 goes first.")
    frozen = models.PositiveIntegerField(null=True)
    not_after = models.DateTimeField()
    created = models.DateTimeField()

    def __str__(self) -> str:
        return self.key

    def counts(self) -> dict[str, int]:
        """How many messages in each state; they add up to `frozen` at every instant."""
        rows = self.messages.values_list("state").annotate(models.Count("id"))
        return {**dict.fromkeys(verdicts.STATES, 0), **dict(rows)}


class Rendition(models.Model):
    """One letter as all readers of a segment get it. `links` has a pattern per slot, with {token} where
    the reader's own signed token goes; the slot's name is the token's purpose."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="renditions")
    segment = models.CharField(max_length=100)
    compiled = models.BinaryField()
    links = models.JSONField(default=dict)
    one_click = models.BooleanField(default=False)
    sender = models.CharField(max_length=254)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailing", "segment"], name="one_rendition")]

    def __str__(self) -> str:
        return f"{self.mailing}/{self.segment}"


class BatchQuerySet(models.QuerySet["Batch"]):
    def due(self, now: datetime) -> "BatchQuerySet":
        """Ready to be leased: alerts first, then by age. A stopped mailing's too: what a worker that
        died left on the wire must still be named."""
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        going = self.filter(free, done=False, due_at__lte=now, mailing__state__in=["open", "stopped"])
        return going.order_by("priority", "due_at", "id")


class Batch(models.Model):
    """A range of messages that one worker sends. `token` is a fencing token: it grows with each lease,
    and a worker whose token is no longer the row's may neither claim nor release."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="batches")
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    priority = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    token = models.PositiveIntegerField(default=0)
    done = models.BooleanField(default=False)

    objects = BatchQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["priority", "due_at"], condition=Q(done=False), name="batch_due"),
        ]
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return f"{self.mailing}: {self.first_id} to {self.last_id}"

    def messages(self) -> "MessageQuerySet":
        return Message.objects.filter(mailing_id=self.mailing_id, id__gte=self.first_id, id__lte=self.last_id)


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> "MessageQuerySet":
        return self.filter(state__in=verdicts.WAITING)

    def cancel(self, reason: str, now: datetime) -> int:
        """What waits is cancelled. What is on the wire keeps the reason: if this attempt fails, there
        is no other. One statement, so that no message slips from one state to the other between two."""
        ends = Case(When(state=verdicts.SENDING, then=Value(verdicts.SENDING)), default=Value(verdicts.CANCELLED))
        return self.filter(state__in=verdicts.REMAINING).update(state=ends, reason=reason, changed=now)


class Message(models.Model):
    """One letter to one address; none once the address is erased. Frozen = accepted + refused +
    suppressed + uncertain + cancelled + remaining (queued, sending, deferred)."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="messages")
    rendition = models.ForeignKey(Rendition, on_delete=models.PROTECT, related_name="messages")
    address = models.ForeignKey(Address, on_delete=models.SET_NULL, null=True, related_name="messages")
    recipient_key = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default="queued")
    reason = models.CharField(max_length=20, blank=True, help_text="Why it is cancelled, or is once off the wire.")
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    code = models.PositiveSmallIntegerField(default=0)
    enhanced = models.CharField(max_length=12, blank=True)
    changed = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailing", "recipient_key"], name="one_message_per_reader"),
            models.CheckConstraint(condition=Q(state__in=verdicts.STATES), name="message_state_known"),
        ]
        indexes = [
            models.Index(fields=["mailing", "state"], name="message_counts"),
            models.Index(fields=["recipient_key"], name="message_of_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.mailing}/{self.pk}"

    @property
    def message_id(self) -> str:
        """The same at every attempt, telling nothing of the reader (RFC 5322 §3.6.4)."""
        told = f"{self.mailing.key}\n{self.recipient_key}".encode()
        digest = hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).hexdigest()
        return f"<{digest[:32]}@{self.rendition.sender.rpartition('@')[2]}>"


class Attempt(models.Model):
    """An attempt that did not end in acceptance, with the server's words."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts_made")
    at = models.DateTimeField()
    state = models.CharField(max_length=10)
    code = models.PositiveSmallIntegerField(default=0)
    enhanced = models.CharField(max_length=12, blank=True)
    text = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.state} {self.code}"
