"""Whoever was told answers: taken down, corrected, or never used."""

from datetime import datetime

from django.utils.translation import gettext_noop

from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError
from service.toolbox.tokens import BadToken, open_token

from ..models import Told
from ..rules.telling import NEVER_USED, answers
from .facts import ACKNOWLEDGE, pages

LINK, API, BY_DESK = "link", "api", "desk"


def open_link(token: str) -> Told:
    """Raises BadToken."""
    key = open_token(ACKNOWLEDGE, token)
    told = Told.objects.select_related("partner", "notice__version__article").filter(pk=int(key)).first()
    if told is None:
        raise BadToken(gettext_noop("What this link was about is gone from our records."))
    return told


def acknowledge(told: Told, by: str, now: datetime, answer: str = "") -> None:
    """No more reminders. The first time counts; answered again, the later answer stands. What they say is
    gone or mended is looked at at once. Raises ServiceError."""
    if answer and answer not in answers(told.notice.kind):
        raise ServiceError(f"Answer with one of: {', '.join(answers(told.notice.kind))}.")
    rows = Told.objects.filter(pk=told.pk)
    rows.filter(acknowledged=None).update(acknowledged=now, acknowledged_by=by, due=None)
    if answer:
        rows.update(answer=answer)
    told.refresh_from_db()
    if answer != NEVER_USED:
        pages(told).update(check_after=now)
        ring("check_republications")
