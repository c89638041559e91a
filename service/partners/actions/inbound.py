"""A mail to the republish address: a use reported, or kept for a person."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import InterfaceError, OperationalError, transaction

from service.content.models import Article
from service.delivery.actions import quarantine
from service.delivery.rules import inbound as came
from service.toolbox.errors import ServiceError

from ..models import Republication
from ..rules import usemail
from .uses import report_use
from .whose import our_hosts, partner_at

log = structlog.get_logger(__name__)

MOST_PAGES_A_DAY = 200  # by mail, from everybody together: anybody can write any sender's name

QUARANTINED, NOTED = "kept in quarantine", "use noted"


def take_in(raw: bytes, now: datetime) -> str:
    """What became of it, in a word or two; its text is kept only where a person must read it. Raises only for
    our own trouble, such as a database that is away; then nothing was changed."""
    passing = came.read(raw, settings.SECRET_KEY)
    if isinstance(passing, came.Passing):
        return passing.what
    try:
        with transaction.atomic():
            outcome = _noted(raw, now)
    except (OperationalError, InterfaceError, ServiceError):
        raise
    except Exception:
        log.exception("a mail to the republish address could not be taken in")
        outcome = _keep(raw, f"{usemail.WRITTEN}; the log says why it was not taken in.", now)
    log.info("a mail to the republish address came", outcome=outcome)
    return outcome


def _noted(raw: bytes, now: datetime) -> str:
    read = usemail.read(raw, our_hosts())
    if isinstance(read, usemail.NotRead):
        return _keep(raw, read.reason, now)
    article = Article.objects.exclude(status="scheduled").with_key(read.key).first()
    if article is None:
        return _keep(raw, f"{usemail.WRITTEN}, but no article has the key in its subject.", now)
    if _noted_today(now) + len(read.pages) > MOST_PAGES_A_DAY:
        return _keep(raw, f"{usemail.WRITTEN}; so many uses came within a day that this one waits for a person.", now)
    for page in read.pages:
        report_use(article, page, "mail", now, partner=partner_at(page), contact=contact_of(read.sender))
    return NOTED


def _noted_today(now: datetime) -> int:
    return Republication.objects.filter(heard_by="mail", reported__gt=now - timedelta(days=1)).count()


def contact_of(sender: str) -> str:
    """Empty where nobody could be written to there."""
    try:
        validate_email(sender)
    except ValidationError:
        return ""
    return sender if len(sender) <= 254 else ""


def _keep(raw: bytes, reason: str, now: datetime) -> str:
    quarantine.keep(raw, reason, now)
    return QUARANTINED
