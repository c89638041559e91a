"""Mails to the republish address that no program understood: a person reads them and says what was used where."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from service.delivery.actions.quarantine import looked_at, open_quarantined
from service.delivery.models import Quarantined
from service.toolbox.errors import ServiceError

from ..models import Republication
from ..rules.usemail import WRITTEN, Letter, opened
from .inbound import contact_of
from .named import named
from .uses import report_use
from .whose import partner_at


def waiting() -> QuerySet[Quarantined]:
    """Those that nobody has looked at, the oldest first."""
    return Quarantined.objects.filter(reason__startswith=WRITTEN, looked_at=None).order_by("at", "id")


def letter(mail: Quarantined) -> Letter:
    """It names people: for those who may see to it alone. Raises WrongKey."""
    return opened(open_quarantined(mail))


def note_use(mail: Quarantined, article: str, pages: Sequence[str], now: datetime) -> list[Republication]:
    """What the mail reports, as whoever read it understood it: `article` by key, id or address. Then the mail
    waits no more. Raises ServiceError, and then nothing was noted."""
    if not pages:
        raise ServiceError(gettext("Name the page that carries the article, with https://."))
    used, contact = named(article.strip()), contact_of(letter(mail).sender)
    with transaction.atomic():
        rows = [report_use(used, page, "mail", now, partner=partner_at(page), contact=contact) for page in pages]
        looked_at([mail.pk], now)
    return rows


def set_aside(mail: Quarantined, now: datetime) -> None:
    """It reports no use."""
    looked_at([mail.pk], now)
