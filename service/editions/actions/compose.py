"""An edition becomes a letter."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from service.delivery.rules.compiled import slot
from service.newsroom.current import newsroom
from service.toolbox.letters import Letter, letter

from ..kinds import KINDS
from ..models import Edition


def compose(edition: Edition, now: datetime) -> Letter:
    """With a slot where each reader's own unsubscribe link goes; the same for the same rows."""
    house = newsroom()
    with translation.override(edition.language):
        values = {
            "newsroom": house,
            "edition": edition,
            "links": {
                "unsubscribe": slot("unsubscribe"),
                "preferences": settings.SITE_URL + reverse("preferences_ask"),
                "web": settings.SITE_URL + reverse("edition", args=[edition.slug]),
                "site": house.sites[edition.language],
                "feeds": settings.SITE_URL + reverse("feeds"),
            },
            **KINDS[edition.kind].values(edition, now),
        }
        return letter(edition.kind, edition.language, values)
