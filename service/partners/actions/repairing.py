"""A repair block goes to whoever carries the page, when somebody at the desk says so."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from service.toolbox.errors import ServiceError

from ..models import Look, Republication
from .facts import language_at
from .writing import write


def writes_to(page: Republication) -> str:
    """Where a letter about that page goes; "" where we know nobody."""
    return page.partner.corrections_to if page.partner else page.contact


def mail_repair(look: Look, now: datetime) -> None:
    """Once per look. Raises ServiceError where there is nothing to mend, or nobody to write to."""
    page = look.republication
    address = writes_to(page)
    if not look.repair:
        raise ServiceError(gettext("Nothing is to be mended there, as far as the last look could tell."))
    if not address:
        raise ServiceError(gettext("Nobody is known there to write to. Say who reported it, or whose site it is."))
    language = language_at(page)
    faults = [finding["sentence"] for finding in look.findings if finding["verdict"] == "fail"]
    values = {"title": page.article.title, "page": page.url, "faults": faults, "repair": look.repair}
    with transaction.atomic():
        if not Look.objects.filter(pk=look.pk, mailed_at=None).update(mailed_at=now):
            raise ServiceError(gettext("This repair was mailed already."))
        write(address, "partner_repair", language, f"repair:{look.pk}", values, now)
