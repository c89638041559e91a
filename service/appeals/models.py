"""Donation calls that the desk runs for a time."""

from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models

from service.newsroom.rules import Ask

from .rules import BOTTOM, TOP, Running


class Appeal(models.Model):
    PLACES = [(TOP, "after the lead story"), (BOTTOM, "at the end, and in feeds")]

    language = models.CharField(max_length=10)
    text = models.CharField(max_length=400, help_text="One or two sentences.")
    button = models.CharField(max_length=60)
    url = models.URLField(max_length=500, validators=[URLValidator(["http", "https"])])
    placement = models.CharField(max_length=10, choices=PLACES, default=TOP)
    weight = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Of two that run at once, one with twice the weight is chosen twice as often.",
    )
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text

    def running(self) -> Running:
        return Running(Ask(self.text, self.button, self.url), self.placement, self.weight, self.starts, self.ends)
