"""Was this helpful? Answers about opaque keys such as `edition:weekly-2026-w47-en#<story>`.

No row here knows a reader. Who votes twice is found by a nullifier, which only the salt can make again;
both go when voting closes, and only numbers stay. No row has a time, or a number that tells its turn.
"""

import uuid
from datetime import datetime

from django.db import models

from .rules import Answers


class SaltQuerySet(models.QuerySet["Salt"]):
    def open(self, now: datetime) -> "SaltQuerySet":
        return self.filter(closes_at__gt=now)

    def over(self, now: datetime) -> "SaltQuerySet":
        return self.filter(closes_at__lte=now)


class Salt(models.Model):
    """Voting that is open. `secret` is 32 random bytes; without it no token or nullifier of this
    voting can be made, or traced to anybody."""

    subject = models.CharField(max_length=200, primary_key=True)
    secret = models.BinaryField()
    closes_at = models.DateTimeField()

    objects = SaltQuerySet.as_manager()

    def __str__(self) -> str:
        return self.subject


class Vote(models.Model):
    nullifier = models.CharField(max_length=64, primary_key=True)
    salt = models.ForeignKey(Salt, on_delete=models.CASCADE, related_name="votes")
    yes = models.BooleanField()

    def __str__(self) -> str:
        return self.nullifier[:12]


class TallyQuerySet(models.QuerySet["Tally"]):
    def of(self, subject: str) -> "TallyQuerySet":
        return self.filter(key__startswith=f"{subject}#")


class Tally(models.Model):
    """How many said yes, and how many no, about one story in one place."""

    key = models.CharField(max_length=300, primary_key=True)
    title = models.CharField(max_length=500)
    yes = models.PositiveIntegerField(default=0)
    no = models.PositiveIntegerField(default=0)

    objects = TallyQuerySet.as_manager()

    class Meta:
        ordering = ["-key"]
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return self.title

    @property
    def answers(self) -> Answers:
        return Answers(self.key.rpartition("#")[2], self.yes, self.no)


class Comment(models.Model):
    """What somebody wrote to the desk. It has no vote, no reader and no hour."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField("about", max_length=300)
    title = models.CharField(max_length=500)
    day = models.DateField()
    text = models.TextField()

    class Meta:
        ordering = ["-day", "id"]

    def __str__(self) -> str:
        return f"{self.title} ({self.day})"


class Pace(models.Model):
    """How many came through a door in the last minute in which anybody did."""

    door = models.CharField(max_length=20, primary_key=True)
    minute = models.DateTimeField()
    taken = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.door
