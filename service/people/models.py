"""What was done here, and by whom: a log that is only ever added to, each entry chained to the one before."""

from datetime import UTC
from typing import ClassVar

from django.db import models

from .rules.chain import link


class Deed(models.Model):
    """`asked` before it is done; then, as a later entry that points to it, what came of it."""

    ASKED: ClassVar[str] = "asked"

    at = models.DateTimeField(db_index=True)
    by = models.CharField(max_length=150, db_index=True, help_text="A user's name, or “command line”.")
    what = models.CharField(max_length=100, help_text="The page's name among the addresses, or the command.")
    about = models.CharField(max_length=300, blank=True, help_text="What the address names: keys, never readers.")
    noted = models.CharField(max_length=600, blank=True, help_text="What was typed as reason or choice; no address.")
    outcome = models.CharField(max_length=200)
    asked = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="answer")
    previous = models.CharField(max_length=64, unique=True, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.by}: {self.what}"

    def linked(self) -> str:
        """What `digest` must be."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        asked = str(self.asked_id or "")
        return link(self.previous, [at, self.by, self.what, self.about, self.noted, self.outcome, asked])


class Invitation(models.Model):
    """Somebody who may come in, with a role. Gone once they have, or when it is withdrawn."""

    email = models.EmailField(unique=True)
    role = models.CharField(max_length=30)
    by = models.CharField(max_length=150)
    at = models.DateTimeField(help_text="When the link was mailed last.")
    key = models.CharField(max_length=32, unique=True, editable=False, help_text="What the link names, once.")

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"invited as {self.role}"


class Person(models.Model):
    """What we keep of a user beside Django's own record."""

    user = models.OneToOneField("auth.User", on_delete=models.CASCADE, related_name="person")
    seen_on = models.DateField(null=True, help_text="The last day, UTC, on which they used the desk.")

    def __str__(self) -> str:
        return str(self.user)


class Miss(models.Model):
    """Wrong passwords lately, by whoever and from wherever only a keyed hash says."""

    mark = models.CharField(max_length=64, unique=True, editable=False)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "misses"

    def __str__(self) -> str:
        return f"{self.count} since {self.since:%H:%M}"


class Kept(models.Model):
    """Django's cache, in the columns that its database backend wants: one memory for all processes."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "people_kept"
        verbose_name_plural = "kept"

    def __str__(self) -> str:
        return self.cache_key
