"""Donation calls, the letters that carried one, and what was given. Nothing here names a reader."""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models

from service.newsroom.rules import Ask

from .rules.calling import END, MIDDLE, TOP, Running


class Campaign(models.Model):
    """A donation call that the desk runs for a time."""

    PLACES = [(TOP, "after the lead story"), (MIDDLE, "in the middle"), (END, "at the end")]

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100, help_text="For the desk; readers don't see it.")
    placement = models.CharField(max_length=10, choices=PLACES, default=TOP)
    everywhere = models.BooleanField(default=False, help_text="In feeds and in copies for republication too.")
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True, help_text="The last day.")
    goal = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(1_000_000_000)]
    )
    currency = models.CharField(max_length=3, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    def running(self, language: str) -> Running:
        asks = {one.language: one.ask for one in self.wordings.all()}
        return Running(self.slug, asks.get(language), self.placement, self.everywhere, self.starts, self.ends)

    def state(self, today: date) -> str:
        """`coming`, `running` or `over`."""
        if self.ends and self.ends < today:
            return "over"
        return "coming" if self.starts and self.starts > today else "running"


class Wording(models.Model):
    """What a campaign says in one language."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="wordings")
    language = models.CharField(max_length=10)
    text = models.CharField(max_length=400, help_text="One or two sentences.")
    button = models.CharField(max_length=60)
    url = models.URLField(max_length=500, validators=[URLValidator(["http", "https"])])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "language"], name="one_wording")]
        ordering = ["language"]

    def __str__(self) -> str:
        return self.text

    @property
    def ask(self) -> Ask:
        return Ask(self.text, self.button, self.url)


class Silence(models.Model):
    """A letter that asks nobody, because the desk said so. `subject` is the letter's name."""

    subject = models.CharField(max_length=100, unique=True)

    def __str__(self) -> str:
        return self.subject


class CarriedQuerySet(models.QuerySet["Carried"]):
    def owed(self) -> "CarriedQuerySet":
        """Of which it is not noted yet whom they asked."""
        return self.filter(noted_at=None)


class Carried(models.Model):
    """That a letter asks, or asked. `renditions` are those of its renditions that carry the call; who got one
    is noted by message, up to `noted_to`, once the letter has gone out."""

    edition = models.CharField(max_length=100, unique=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.SET_NULL, null=True, related_name="carried")
    week = models.DateField(help_text="The Monday that began it.")
    renditions = models.JSONField(default=list)
    noted_to = models.BigIntegerField(default=0)
    noted_at = models.DateTimeField(null=True)
    readers = models.PositiveIntegerField(default=0, help_text="How many it asked.")

    objects = CarriedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "carried"
        indexes = [models.Index(fields=["edition"], condition=models.Q(noted_at=None), name="carried_owed")]

    def __str__(self) -> str:
        return self.edition


class Gift(models.Model):
    """Counted once: `mark` is the keyed hash of the payment service's id. Of the day, the month is kept; of
    whoever gave, nothing."""

    mark = models.CharField(max_length=64, primary_key=True)
    origin = models.CharField(max_length=100, blank=True, help_text="The letter or campaign that its link named.")
    campaign = models.ForeignKey(Campaign, on_delete=models.SET_NULL, null=True, related_name="gifts")
    month = models.DateField(help_text="Its first day.")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)

    def __str__(self) -> str:
        return self.mark[:12]
