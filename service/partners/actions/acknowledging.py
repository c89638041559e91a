"""A partner says that it has acted on a notice."""

from datetime import datetime

from ..models import Told


def acknowledge(told: Told, by: str, now: datetime) -> None:
    """`by` is link, api or desk. The first word counts; no reminder follows."""
    changes = {"acknowledged": now, "acknowledged_by": by, "due": None}
    if Told.objects.filter(pk=told.pk, acknowledged=None).update(**changes):
        told.refresh_from_db()
