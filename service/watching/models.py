"""When what must happen again and again last happened."""

from datetime import timedelta

from django.db import models

from .rules import Heard


class Beat(models.Model):
    """`every` is how often it is expected, in seconds."""

    name = models.CharField(max_length=50, unique=True)
    at = models.DateTimeField()
    every = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.name

    @property
    def heard(self) -> Heard:
        return Heard(self.name, self.at, timedelta(seconds=self.every))
