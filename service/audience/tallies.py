"""How often something was asked for on one day: by a keyed hash, never by name, and never for long.

What the desk says about a domain is a row too, so that it goes as soon: limits.py.
"""

from django.db import models


class Tally(models.Model):
    """`kind` is what the hash stands for: an address, a network, a domain."""

    kind = models.CharField(max_length=10)
    mark = models.CharField(max_length=64)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "mark", "day"], name="one_tally_a_day")]
        indexes = [models.Index(fields=["day"], name="tally_day")]
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return f"{self.kind} {self.mark[:12]}: {self.count}"


class HeldDomain(Tally):
    """A domain with more sign-ups than it is used to: what the desk looks at."""

    class Meta:
        proxy = True
