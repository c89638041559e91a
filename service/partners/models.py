"""Who may republish, on what terms, what they chose, and what they pulled."""

from datetime import datetime, timedelta

from django.db import models

from service.content.models import Article

from .rules.admission import Standing
from .rules.selection import Selection

PULLS_KEPT = timedelta(days=3 * 365)


class Partner(models.Model):
    """An organisation that republishes. What it may have stands here; what it wants, in its feeds."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    domains = models.JSONField(default=list, blank=True, help_text='Where it publishes, e.g. ["diario.example"].')
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1, e.g. PE.")
    language = models.CharField(max_length=10, help_text="In which we write to it.")
    corrections_to = models.EmailField(help_text="Hears at once of corrections and withdrawals.")
    legal_to = models.EmailField(blank=True)
    images = models.BooleanField(default=False, help_text="May have pictures whose rights allow it.")
    lead_minutes = models.PositiveIntegerField(
        default=0, help_text="How long before publication it may have an article, by API and ninjs alone."
    )
    donation_call = models.BooleanField(default=True, help_text="Copies carry our donation call.")
    requests_per_hour = models.PositiveIntegerField(default=600)
    terms_version = models.CharField(max_length=20, blank=True)
    terms_accepted_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PartnerFeed(models.Model):
    """What a partner wants under one name; its filters, as lists of slugs."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="feeds")
    name = models.SlugField(max_length=60)
    languages = models.JSONField(default=list, blank=True)
    topics = models.JSONField(default=list, blank=True, help_text="Empty: all.")
    countries = models.JSONField(default=list, blank=True, help_text='ISO codes, e.g. ["pe"]. Empty: all.')
    kinds = models.JSONField(default=list, blank=True, help_text="Empty: all.")
    not_topics = models.JSONField(default=list, blank=True)
    not_countries = models.JSONField(default=list, blank=True)
    not_kinds = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "name"], name="one_partner_feed")]

    def __str__(self) -> str:
        return f"{self.partner}: {self.name}"

    @property
    def selection(self) -> Selection:
        return Selection(**{name: tuple(getattr(self, name)) for name in Selection.__slots__})


class Key(models.Model):
    """Kept as a digest; `prefix` is how the desk, the partner and the logs name it."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="keys")
    label = models.CharField(max_length=100, blank=True, help_text="Where it is used, e.g. the website.")
    prefix = models.CharField(max_length=8, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(default=list)
    created = models.DateTimeField()
    expires = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)
    used_on = models.DateField(null=True, editable=False)

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @property
    def standing(self) -> Standing:
        partner = self.partner
        accepted = partner.terms_accepted_at is not None
        return Standing(self.revoked, self.expires, tuple(self.scopes), partner.suspended_at, accepted)


class PullQuerySet(models.QuerySet["Pull"]):
    def outlived(self, now: datetime) -> "PullQuerySet":
        """Older than what we state that we keep."""
        return self.filter(last__lt=now - PULLS_KEPT)


class Pull(models.Model):
    """That a partner was given an article in a version: whom to tell when it is corrected or withdrawn."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="pulls")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="pulls")
    version = models.PositiveIntegerField()
    way = models.CharField(max_length=10, help_text="feed or api")
    times = models.PositiveIntegerField(default=1)
    first = models.DateTimeField()
    last = models.DateTimeField()

    objects = PullQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "article", "version", "way"], name="one_count_of_pulls")
        ]

    def __str__(self) -> str:
        return f"{self.partner} has version {self.version} of {self.article}"
