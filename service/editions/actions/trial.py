"""A donation call in a letter that there is, before anybody else sees it."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from service.appeals.actions import campaigns
from service.appeals.actions.calling import today
from service.appeals.actions.campaigns import Written
from service.appeals.actions.carried import silence
from service.toolbox.letters import Letter

from ..models import Edition, EditionItem
from .compose import compose
from .decide import opened_by_nobody


def latest_weekly(language: str) -> Edition | None:
    """With stories in it, if there is one."""
    full = Edition.objects.weekly(language).filter(Exists(EditionItem.objects.filter(edition=OuterRef("pk"))))
    return full.order_by("-drafted_at").first()


def letter_with(edition: Edition, told: Written, now: datetime) -> Letter:
    """As it would be if that campaign began today: it is begun, and taken back. Raises ServiceError with what
    is wrong with it."""
    with transaction.atomic():
        silence(edition.slug, silent=False)
        campaigns.save(None, replace(told, starts=today(now), ends=None))
        drawn = compose(edition, now)
        transaction.set_rollback(True)
    return opened_by_nobody(drawn)
