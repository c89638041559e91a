"""Addresses and messages. Delivery knows no people and no editions: whoever calls it gives each
recipient an opaque key, and that key is all that stands beside a message."""

import hmac
from collections import Counter
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from service.toolbox import addresses
from service.toolbox.errors import ServiceError

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


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def latest_of(self, fingerprint: Any) -> "SuppressionQuerySet":
        """The entry that counts for that address, in front."""
        return self.filter(fingerprint=fingerprint).order_by("-id")

    def standing(self) -> "SuppressionQuerySet":
        """Of each address the entry that counts, where it keeps the address out."""
        later = Suppression.objects.filter(fingerprint=OuterRef("fingerprint"), id__gt=OuterRef("id"))
        return self.filter(~Exists(later)).exclude(reason=verdicts.LIFTED)


class Suppression(models.Model):
    """The ledger of who gets nothing: append-only, by the address's keyed hash. The latest entry of an
    address counts; only one that says `lifted` lifts what was said before."""

    fingerprint = models.CharField(max_length=64)
    reason = models.CharField(max_length=20)
    at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["fingerprint", "-id"], name="suppression_latest")]

    def __str__(self) -> str:
        return f"{self.fingerprint[:12]}: {self.reason}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ServiceError("A suppression is never rewritten; add a later entry that lifts it.")
        super().save(*args, **kwargs)


class Bucket(models.Model):
    """How much may leave now: for the whole way out, or to one provider. `tokens` are messages; the
    rate is halved by `slowed` times two while a server asks for patience (rules/pace.py)."""

    name = models.CharField(max_length=20, unique=True, help_text="A provider, or nothing: the way out itself.")
    tokens = models.FloatField()
    filled_at = models.DateTimeField()
    slowed = models.FloatField(default=1, help_text="The rate was divided by this.")
    slowed_at = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    sent_today = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name or "all"


class Instance(models.Model):
    """Which installation this database belongs to. A copy of it elsewhere stays silent."""

    mark = models.CharField(max_length=200)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.mark[:12]


class Mailing(models.Model):
    """One send. Nothing of it leaves before `frozen`, the number of its messages, is counted:
    candidates = planned + excluded (each with its reason), and frozen = planned."""

    STATES = [("planning", "planning"), ("open", "open"), ("paused", "paused"), ("stopped", "stopped")]

    key = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=STATES, default="planning")
    priority = models.PositiveSmallIntegerField(default=5, help_text="1 goes first.")
    asked_for = models.BooleanField(
        default=False, help_text="Its reader asked for it a moment ago, so it may pass 'unsubscribed' and 'erased'."
    )
    candidates = models.PositiveIntegerField(default=0)
    excluded = models.JSONField(default=dict, help_text="How many candidates were left out, by reason.")
    planned_to = models.BigIntegerField(default=0, help_text="The last candidate that was looked at.")
    frozen = models.PositiveIntegerField(null=True)
    not_after = models.DateTimeField()
    created = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    served_at = models.DateTimeField(null=True, help_text="When a batch of it was last taken up: fair turns.")
    final = models.JSONField(null=True, help_text="How many in each state, of messages whose rows are gone.")
    letters = models.PositiveIntegerField(
        default=0, help_text="How often its letters were rewritten: whoever sends older ones stops."
    )
    dropped = models.JSONField(
        default=dict, help_text="What left its letters on the way, by an opaque key: how many have it all the same."
    )

    def __str__(self) -> str:
        return self.key

    def counts(self) -> dict[str, int]:
        """How many messages in each state; they add up to `frozen` at every instant, also while old rows
        turn into numbers: one statement sees both."""
        told = Mailing.objects.filter(pk=self.pk).order_by().values_list("final", "messages__state")
        rows = list(told.annotate(models.Count("messages__id")))
        counts = Counter(rows[0][0] or {} if rows else {})
        counts.update({state: number for _, state, number in rows if state})
        return {state: counts[state] for state in verdicts.STATES}


class Rendition(models.Model):
    """One letter as all readers of a segment get it. `links` has a pattern per slot, with {token} where
    the reader's own signed token goes; the slot's name is the token's purpose. Where `salts` has a secret
    (in hex) for a slot, its token is a nameless one, made with that."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="renditions")
    segment = models.CharField(max_length=100)
    compiled = models.BinaryField()
    links = models.JSONField(default=dict)
    salts = models.JSONField(default=dict)
    one_click = models.BooleanField(default=False)
    sender = models.CharField(max_length=254)
    bounces = models.CharField(max_length=254, blank=True, help_text="Where what comes back arrives.")

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
        return going.order_by("priority", F("mailing__served_at").asc(nulls_first=True), "due_at", "id")

    def under_way(self) -> "BatchQuerySet":
        return self.filter(done=False)


class Batch(models.Model):
    """A range of messages to one provider that one worker sends. `token` is a fencing token: it grows
    with each lease, and a worker whose token is no longer the row's may neither claim nor release."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="batches")
    provider = models.CharField(max_length=20, blank=True)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    priority = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    token = models.PositiveIntegerField(default=0)
    done = models.BooleanField(default=False)
    waits_for = models.CharField(max_length=20, blank=True, help_text="What keeps it from being sent now.")

    objects = BatchQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["priority", "due_at"], condition=Q(done=False), name="batch_due"),
        ]
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return f"{self.mailing}: {self.first_id} to {self.last_id}"

    def hold(self) -> int | None:
        """Until the transaction ends; gives the token as it is now. Whoever changes many of its messages, or
        whether it is done, holds it first: none is forgotten, and no two wait for each other's."""
        rows = Batch.objects.select_for_update().filter(pk=self.pk)
        return rows.values_list("token", flat=True).first()

    def messages(self) -> "MessageQuerySet":
        return Message.objects.filter(
            mailing_id=self.mailing_id, provider=self.provider, id__gte=self.first_id, id__lte=self.last_id
        )


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> "MessageQuerySet":
        return self.filter(state__in=verdicts.WAITING)

    def cancel(self, reason: str, now: datetime) -> int:
        """What waits is cancelled. What is on the wire, or was as far as anybody knows, keeps the reason: if
        this attempt fails, there is no other. One statement, so that no message slips from one state to
        the other between two."""
        stays = When(state__in=(verdicts.SENDING, verdicts.UNCERTAIN), then=F("state"))
        mine = self.filter(state__in=(*verdicts.REMAINING, verdicts.UNCERTAIN))
        return mine.update(state=Case(stays, default=Value(verdicts.CANCELLED)), reason=reason, changed=now)


class Message(models.Model):
    """One letter to one address; none once the address is erased. Frozen = accepted + refused +
    suppressed + uncertain + cancelled + remaining (queued, sending, deferred)."""

    # Planning writes the numbers of rows that it has just read; to check each again costs a third of it.
    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="messages", db_constraint=False)
    # Few renditions, very many messages: an index on it would only slow each message down.
    rendition = models.ForeignKey(
        Rendition, on_delete=models.PROTECT, related_name="messages", db_index=False, db_constraint=False
    )
    address = models.ForeignKey(Address, on_delete=models.SET_NULL, null=True, related_name="messages")
    recipient_key = models.CharField(max_length=64)
    provider = models.CharField(max_length=20, blank=True, help_text="The large provider behind it, if one is.")
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
            # The reader first, so that it also finds all messages of one.
            models.UniqueConstraint(fields=["recipient_key", "mailing"], name="one_message_per_reader"),
            models.CheckConstraint(condition=Q(state__in=verdicts.STATES), name="message_state_known"),
        ]
        # No index holds what changes with each message: PostgreSQL then rewrites it in place (HOT).
        indexes = [models.Index(fields=["mailing"], condition=Q(reason="changed"), name="message_changed")]

    def __str__(self) -> str:
        return f"{self.mailing}/{self.pk}"

    @property
    def message_id(self) -> str:
        return message_id(self.mailing.key, self.recipient_key, self.rendition.sender)


def message_id(mailing_key: str, recipient_key: str, sender: str) -> str:
    """The same at every attempt, telling nothing of the reader (RFC 5322 §3.6.4)."""
    told = f"{mailing_key}\n{recipient_key}".encode()
    digest = hmac.digest(settings.SECRET_KEY.encode(), told, "sha256").hex()
    return f"<{digest[:32]}@{sender.rpartition('@')[2]}>"


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


class Bounce(models.Model):
    """A message that came back, from the server's own reply or by a report."""

    KINDS = [("hard", "hard"), ("soft", "soft"), ("complaint", "complaint")]

    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="bounces")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="bounces")
    kind = models.CharField(max_length=10, choices=KINDS)
    at = models.DateTimeField()
    code = models.PositiveSmallIntegerField(default=0)
    enhanced = models.CharField(max_length=12, blank=True)
    text = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.enhanced or self.code}"


class Quarantined(models.Model):
    """Mail that came back and could not be understood. Kept, sealed, until a person has looked."""

    at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, unique=True, help_text="The same mail twice is kept once.")
    size = models.PositiveIntegerField()
    sealed = models.BinaryField()
    looked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "quarantined"

    def __str__(self) -> str:
        return f"{self.reason} ({self.at:%Y-%m-%d})"


class SeenEvent(models.Model):
    """A provider's event that was taken in: the same one again changes nothing."""

    provider = models.CharField(max_length=30)
    event_id = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="each_event_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"
