"""Somebody at the desk has seen to a page that republishes an article, or wants it looked at."""

from datetime import datetime

from django.utils.translation import gettext

from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from ..models import Look, Republication


def settle(row: Republication, by: str, now: datetime) -> None:
    """It needs nobody any more, until a look finds something else there."""
    if row.outcome == "":
        raise ServiceError(gettext("That page was not looked at yet."))
    Republication.objects.filter(pk=row.pk).update(settled_at=now, settled_by=by)


def look_soon(row: Republication, now: datetime) -> None:
    Republication.objects.filter(pk=row.pk).update(check_after=now)
    ring("check_republications")


def latest_look(row: Republication) -> Look:
    """Raises ServiceError."""
    look = row.looks.select_related("republication__article", "republication__partner").first()
    if look is None:
        raise ServiceError(gettext("That page was not looked at yet."))
    return look
