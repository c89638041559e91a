"""Whoever was told answers: taken down, corrected, or never used."""

from datetime import datetime

from django.utils.translation import gettext_noop

from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError
from service.toolbox.tokens import BadToken, open_token

from ..models import Told
from ..rules.telling import NEVER_USED, answers
from .facts import ACKNOWLEDGE, pages
from .uses import SOON

LINK, API, BY_DESK = "link", "api", "desk"


def open_link(token: str) -> Told:
    """Raises BadToken."""
    key = open_token(ACKNOWLEDGE, token)
    told = Told.objects.select_related("partner", "notice__version__article").filter(pk=int(key)).first()
    if told is None:
        raise BadToken(gettext_noop("What this link was about is gone from our records."))
    return told


def acknowledge(told: Told, answer: str, by: str, now: datetime) -> None:
    """No more reminders. Answered again, the later word stands, and the first time. What they say is gone or
    mended is looked at at once. `answer` may be "" for the desk. Raises ServiceError."""
    if answer not in answers(told.notice.kind) and not (by == BY_DESK and answer == ""):
        raise ServiceError(f"Answer with one of: {', '.join(answers(told.notice.kind))}.")
    first = told.acknowledged is None
    told.answer, told.due = answer, None
    if first:
        told.acknowledged, told.acknowledged_by = now, by
    told.save(update_fields=["answer", "due", "acknowledged", "acknowledged_by"])
    if answer != NEVER_USED:
        pages(told).update(check_after=now)
        ring(SOON)
