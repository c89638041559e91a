"""Editions: a weekly digest or an alert, from draft to sent."""

from datetime import datetime, time
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q

from service.content.models import Article, Version
from service.newsroom.current import newsroom
from service.newsroom.rules import Policy
from service.toolbox.errors import ServiceError

from .hours import DIGEST, LATE
from .rules import HEADLINE_MOST, LETTER_MOST, SEND_WITHIN, SIGNED_MOST, STANDFIRST_MOST, Hour


def check_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError("This zone is unknown. Write it like America/Bogota.")


class Schedule(models.Model):
    """The hour of the weekly digest, as the desk chose it."""

    DAYS = list(enumerate(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]))

    language = models.CharField(max_length=10, unique=True)
    weekday = models.PositiveSmallIntegerField(choices=DAYS, default=4)
    at = models.TimeField(default=time(9, 0))
    zone = models.CharField(max_length=50, validators=[check_zone], help_text="Such as America/Bogota.")
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.language}: {self.get_weekday_display()} {self.at:%H:%M} {self.zone}"

    @property
    def hour(self) -> Hour:
        return Hour(self.weekday, self.at, self.zone)


class EditionQuerySet(models.QuerySet["Edition"]):
    def weekly(self, language: str) -> "EditionQuerySet":
        return self.filter(kind="weekly", language=language)

    def reached_readers(self) -> "EditionQuerySet":
        """Or will, as far as anybody knows. What expired or was stopped before its approval did not:
        its stories are still news."""
        return self.exclude(state="expired").exclude(state="cancelled", approved_at=None)

    def waiting_too_long(self, now: datetime) -> "EditionQuerySet":
        """Drafts that nobody approved in time, and what was approved but could not go out in time."""
        unapproved = Q(state="drafted", expires_at__lt=now)
        alerts = Q(state="approved", kind="alert", expires_at__lt=now)
        digests = Q(state="approved", kind="weekly", approved_at__lt=now - SEND_WITHIN)
        return self.filter(unapproved | alerts | digests)

    def to_dispatch(self, now: datetime) -> "EditionQuerySet":
        """Approved, and no longer to be taken back; alerts first, of which none that waits for its hours."""
        gone = self.filter(state="approved").exclude(kind="alert", let_go_at=None).exclude(leaves_at__gt=now)
        return gone.order_by("kind", "approved_at", "id")

    def said_yes_to(self) -> "EditionQuerySet":
        """Not opened yet, and somebody's approval stands."""
        standing = Approval.objects.standing().filter(edition=OuterRef("pk"))
        return self.filter(Exists(standing), state__in=["drafted", "approved"])

    def waiting_for_hours(self, now: datetime) -> "EditionQuerySet":
        """Alerts that nobody stopped, and nothing let go yet."""
        ready = self.filter(kind="alert", state="approved", let_go_at=None, expires_at__gte=now)
        return ready.filter(article__status="published")

    def under_way(self) -> "EditionQuerySet":
        return self.filter(state__in=["sending", "paused"])

    def on_their_way(self, now: datetime) -> "EditionQuerySet":
        """Approved or going out; and alerts left to the digest that two people may still call breaking."""
        left = Q(state="expired", expires_at__gte=now) & ~Q(left_to_digest="")
        return self.filter(Q(state__in=["approved", "sending", "paused"]) | left)

    def about_withdrawn(self) -> "EditionQuerySet":
        """Alerts not sent out yet whose story is no longer there."""
        return self.unfinished().filter(article__status="withdrawn")

    def about_held(self) -> "EditionQuerySet":
        """Alerts that would go out by themselves once their story is released."""
        return self.filter(state="approved", article__status="held")

    def unfinished(self) -> "EditionQuerySet":
        """Somebody may still get it."""
        return self.filter(state__in=["drafted", "approved", "sending", "paused"])

    def frozen_unsent(self) -> "EditionQuerySet":
        """Their letter is written, and not everybody has it yet."""
        return self.filter(state__in=["approved", "sending", "paused"]).exclude(content_hash="")

    def public(self) -> "EditionQuerySet":
        """What the archive shows: letters that went out."""
        return self.filter(state__in=["sending", "paused", "sent"]).order_by("-approved_at", "-id")


class Edition(models.Model):
    """A digest or an alert, from draft to sent."""

    KINDS = [("weekly", "weekly digest"), ("alert", "alert")]
    STATES = [(s, s) for s in ("drafted", "approved", "sending", "paused", "sent", "cancelled", "expired")]
    LEFT = [(LATE, "too old when its turn came"), (DIGEST, "the digest came first")]

    slug = models.SlugField(max_length=100, unique=True)
    kind = models.CharField(max_length=10, choices=KINDS)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=STATES, default="drafted")
    article = models.OneToOneField(Article, on_delete=models.PROTECT, null=True, related_name="alert")
    period_start = models.DateTimeField(null=True)
    period_end = models.DateTimeField(null=True)
    by_date = models.BooleanField(default=False, help_text="A week that was named, by publication date.")
    letter = models.TextField(
        "the editor's letter", blank=True, max_length=LETTER_MOST, help_text="Optional. Markdown, a little of it."
    )
    signed = models.CharField("who wrote the letter", max_length=SIGNED_MOST, blank=True)
    useful = models.JSONField(
        default=list, blank=True, editable=False, help_text="What readers had found useful when it was drafted: ids."
    )
    revision = models.PositiveIntegerField(default=0, editable=False, help_text="Grows with each change of the draft.")
    drafted_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="A draft that nobody approved by then is not sent.")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=150, blank=True)
    leaves_at = models.DateTimeField(null=True, help_text="Until then its approval can be taken back.")
    seal = models.CharField(max_length=64, blank=True, help_text="Of the letters that were approved; see actions/seal.")
    told_desk_at = models.DateTimeField(null=True)
    let_go_at = models.DateTimeField(null=True, help_text="An alert: when its hours came, or two people called it.")
    left_to_digest = models.CharField(max_length=10, blank=True, choices=LEFT, help_text="Why an alert did not go.")
    subject = models.CharField(max_length=500, blank=True)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    template_version = models.CharField(max_length=12, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state"], name="edition_state")]

    def __str__(self) -> str:
        return self.slug

    @property
    def mailing_key(self) -> str:
        return f"edition:{self.slug}"

    @property
    def mailing_family(self) -> str:
        """What the keys of mailings begin with that are the same letter in another language."""
        return self.mailing_key.removesuffix(self.language) if self.kind == "weekly" else self.mailing_key

    @property
    def twins(self) -> "EditionQuerySet":
        """Alerts about the same story in other languages."""
        story = self.article
        if story is None or not story.translation:
            return Edition.objects.none()
        return Edition.objects.filter(article__translation=story.translation).exclude(pk=self.pk)

    @property
    def siblings(self) -> "EditionQuerySet":
        """The same week's digest in other languages."""
        week = self.slug.removesuffix(self.language)
        return Edition.objects.filter(kind="weekly", slug__startswith=week).exclude(pk=self.pk).order_by("language")

    @property
    def not_after(self) -> datetime:
        """Late news is no news: an alert is for a day, a digest for two days from its approval."""
        return self.expires_at if self.kind == "alert" else (self.approved_at or self.drafted_at) + SEND_WITHIN

    @property
    def policy(self) -> Policy:
        return newsroom().alert_policy if self.kind == "alert" else newsroom().digest_policy

    def set_approved(self, by: str, now: datetime, leaves_at: datetime, seal: str = "") -> None:
        """Without a seal, by nobody who looked at it."""
        self.state, self.approved_at, self.approved_by = "approved", now, by[:150]
        self.leaves_at, self.seal = leaves_at, seal
        self.save(update_fields=["state", "approved_at", "approved_by", "leaves_at", "seal"])

    @property
    def shown_items(self) -> "models.QuerySet[EditionItem]":
        return self.items.shown()


class Interest(models.Model):
    """What readers may have chosen, and which of an edition's sets of stories it leads to: see
    segments.py. By choice, never by reader."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="interests")
    interests = models.CharField(max_length=2000)
    number = models.SmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "interests"], name="each_choice_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.interests}"


class EditionItemQuerySet(models.QuerySet["EditionItem"]):
    def shown(self) -> "EditionItemQuerySet":
        """Not what the desk left out, nor what is withdrawn or held."""
        return self.filter(left_out=False).exclude(article__status__in=["withdrawn", "held"])


class EditionItem(models.Model):
    """A story's place in a digest. The desk may move it, or leave it out."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="items")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="in_editions")
    section = models.CharField(max_length=30)
    section_order = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    pinned = models.BooleanField(default=False, help_text="Stands before every section.")
    left_out = models.BooleanField(default=False)
    headline = models.CharField(max_length=HEADLINE_MOST, blank=True, help_text="In this letter alone.")
    standfirst = models.CharField(max_length=STANDFIRST_MOST, blank=True, help_text="In this letter alone.")
    worded_for = models.PositiveIntegerField(null=True, editable=False, help_text="The version that they were about.")

    objects = EditionItemQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "article"], name="each_story_once")]
        ordering = ["-pinned", "section_order", "position", "id"]

    def __str__(self) -> str:
        return self.headline or str(self.article)

    @property
    def is_worded_for_another(self) -> bool:
        """The article changed since somebody worded it for this letter."""
        if self.worded_for in (None, self.article.version):
            return False
        later = self.article.versions.filter(number__gt=self.worded_for)
        return later.exclude(kind__in=Version.SAME_WORDS).exists()


class Change(models.Model):
    """What somebody did to a draft. Written once."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="changes")
    number = models.PositiveIntegerField(help_text="The draft's revision from then on.")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    what = models.CharField(max_length=20)
    about = models.CharField(max_length=500, blank=True, help_text="The story's headline.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="each_change_once")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.what} {self.about}".strip()


class AddedOnly(models.Model):
    """Rows that are never rewritten."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ServiceError(f"{self._meta.verbose_name} {self.pk} is never rewritten; add a later one.")
        super().save(*args, **kwargs)


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def standing(self) -> "ApprovalQuerySet":
        return self.filter(voided_at=None).order_by("id")

    def voided(self) -> "ApprovalQuerySet":
        """The latest first."""
        return self.exclude(voided_at=None).order_by("-voided_at", "-id")

    def void(self, why: str, what: str, now: datetime) -> int:
        """Of those that stand."""
        return self.filter(voided_at=None).update(voided_at=now, why=why, what=what[:300])


class Approval(AddedOnly):
    """One person's yes to exactly the letters that `seal` names. `what` goes with `why` it no longer holds: a
    person's name, or a story's title."""

    CHANGED, STORY, TEMPLATE, ELSE, TAKEN_BACK, SENT_BACK = "changed", "story", "template", "else", "taken", "sent"
    NAMED = "named"

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="approvals")
    by = models.CharField(max_length=150, help_text="A user's name, or “command line”.")
    at = models.DateTimeField()
    seal = models.CharField(max_length=64)
    template_version = models.CharField(max_length=30)
    voided_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=10, blank=True)
    what = models.CharField(max_length=300, blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "by"], condition=Q(voided_at=None), name="one_standing_yes_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.by}"


class SentBack(AddedOnly):
    """Somebody did not approve, and said why."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="sent_back")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    sentence = models.CharField(max_length=500)

    class Meta:
        verbose_name_plural = "sent back"

    def __str__(self) -> str:
        return f"{self.edition}: {self.by}"


class BreakingCall(models.Model):
    """Somebody called an alert breaking, or took that back: the latest entry of each counts. Append-only."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="breaking_calls")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    taken_back = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.by}: {'taken back' if self.taken_back else 'breaking'}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ServiceError("A call is never rewritten; a later one takes it back.")
        super().save(*args, **kwargs)
