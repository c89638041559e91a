"""Whoever carries an article hears what became of it, by mail, until they answer; then the desk hears."""

import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from service.newsroom.current import newsroom
from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from ..models import Told
from ..rules.telling import DESK, turn
from .changed import changed
from .facts import facts
from .notices import is_pointless, make_notices
from .writing import write

log = structlog.get_logger(__name__)

AT_ONCE = 500
TRY_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Sent:
    notices: int
    letters: int


def send_notices(now: datetime, seconds: float) -> Sent:
    """A slice of what is owed: notices are made, letters and reminders posted."""
    notices, letters = make_notices(now), 0
    ends = time.monotonic() + seconds
    for told in _due(now):
        letters += _take(told, now)
        if time.monotonic() > ends:
            ring("tell_partners")
            break
    return Sent(notices, letters)


def remind(told: Told, now: datetime) -> None:
    """Once more, now, because somebody at the desk says so; the reminders go on as they would."""
    if told.acknowledged:
        raise ServiceError(gettext("%(who)s has answered already.") % {"who": told.partner or told.contact})
    _write(told, f"desk-{now:%Y%m%d%H%M%S}", now, reminder=told.letters > 0)


def address_of(told: Told) -> str:
    return told.partner.corrections_to if told.partner else told.contact


def mailings_of(told: Told) -> str:
    """How the keys of its letters begin."""
    return f"notice:{told.pk}:"


def _due(now: datetime) -> list[Told]:
    rows = Told.objects.due(now).select_related("partner", "notice__version__article")
    return list(rows[:AT_ONCE])


def _take(told: Told, now: datetime) -> int:
    """One who takes no letter keeps no other waiting."""
    try:
        with transaction.atomic():
            return _turn(told, now)
    except Exception:  # such as an address that is none; the desk's page shows that no letter left
        log.exception("a notice could not be written", told=told.pk)
        Told.objects.filter(pk=told.pk, due=told.due).update(due=now + TRY_AGAIN)
        return 0


def _turn(told: Told, now: datetime) -> int:
    """Whoever moves the due time first writes the letter, in the same transaction."""
    owed = None if is_pointless(told.notice) else turn(told.notice.kind, told.letters)
    due = now + owed.pause if owed and owed.pause else None
    claim = Told.objects.filter(pk=told.pk, due=told.due, letters=told.letters, acknowledged=None)
    if not claim.update(due=due, letters=told.letters + 1 if owed else told.letters) or owed is None:
        return 0
    if owed.to == DESK:
        _tell_desk(told, now)
    else:
        _write(told, str(told.letters), now, reminder=told.letters > 0)
    return 1


def _write(told: Told, number: str, now: datetime, *, reminder: bool) -> None:
    known = facts(told)
    values = {**asdict(known), "reminder": reminder, "changes": changed(told), "is_partner": told.partner is not None}
    del values["language"]
    write(address_of(told), "partner_notice", known.language, f"{mailings_of(told)}{number}", values, now)


def _tell_desk(told: Told, now: datetime) -> None:
    known = facts(told)
    values: dict[str, Any] = {
        "who": told.partner.name if told.partner else told.contact,
        "address": address_of(told),
        "kind": known.kind,
        "title": known.title,
        "pages": known.pages,
        "letters": told.letters,
        "desk_url": settings.SITE_URL + reverse("console:notice", args=[told.notice_id]),
    }
    house = newsroom()
    write(house.editors, "desk_unanswered", house.language, f"{mailings_of(told)}desk", values, now)
