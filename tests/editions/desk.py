"""Short ways to a drafted letter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from service.content.models import Article
from service.delivery.actions.send import send_due
from service.delivery.models import Mailing
from service.editions.actions.decide import approve
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import draft_due
from service.editions.models import Edition
from tests import builders

WEEK = timedelta(days=7)
# The hour that a schedule has where nobody chose another: Friday, 9:00 in Bogotá.
FRIDAY = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
BEFORE = FRIDAY - timedelta(hours=5)


def story(seen: datetime = BEFORE, **changes: object) -> Article:
    return builders.article(seen, **changes)


def drafted(now: datetime = FRIDAY, language: str = "en") -> Edition:
    """This week's digest, with a story of its own where there is none yet."""
    if not Article.objects.in_language(language).exists():
        story(language=language)
    (done,) = draft_due(now, language)
    assert done.edition, done.sentence
    return done.edition


def titles(edition: Edition) -> list[str]:
    return [item.article.title for item in edition.shown_items.select_related("article")]


def approved(now: datetime = FRIDAY, language: str = "en") -> Edition:
    edition = drafted(now, language)
    approve(edition, "ana", now)
    edition.refresh_from_db()
    return edition


def go(now: datetime) -> list[str]:
    """What the clock does, a beat's worth and one more."""
    told = dispatch_editions(now)
    send_due(now)
    return told + dispatch_editions(now)


def mailing_of(edition: Edition) -> Mailing:
    return Mailing.objects.get(key=edition.mailing_key)
