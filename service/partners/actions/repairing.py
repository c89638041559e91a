"""A repair block goes to whoever carries the page, when somebody at the desk says so."""

from datetime import datetime

from django.db import transaction

from service.toolbox.errors import ServiceError

from ..models import Look
from .facts import language_at
from .writing import write


def mail_repair(look: Look, now: datetime) -> None:
    """Once per look. Raises ServiceError where there is nothing to mend, or nobody to write to."""
    page = look.republication
    address = page.partner.corrections_to if page.partner else page.contact
    if not look.repair:
        raise ServiceError(f"{page.url}: nothing is to be pasted there.")
    if not address:
        raise ServiceError(f"{page.url}: we know nobody to write to.")
    language = language_at(page)
    faults = [finding["sentence"] for finding in look.findings if finding["verdict"] == "fail"]
    values = {"title": page.article.title, "page": page.url, "faults": faults, "repair": look.repair}
    with transaction.atomic():
        if not Look.objects.filter(pk=look.pk, mailed_at=None).update(mailed_at=now):
            raise ServiceError(f"{page.url}: this repair was mailed already.")
        write(address, "partner_repair", language, f"repair:{look.pk}", values, now)
