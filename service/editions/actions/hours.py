"""Alerts leave in their hours, one after the other; what comes too late for that is left to the digest."""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Max

from service.newsroom.current import newsroom

from ..hours import Discipline, QuietHours, Turn, Waiting, turns
from ..models import Edition, EditionQuerySet, Schedule

log = structlog.get_logger(__name__)


def discipline() -> Discipline:
    """As newsroom.toml says."""
    house = newsroom()
    quiet = QuietHours(*house.alert_quiet, house.timezone) if house.alert_quiet else None
    return Discipline(quiet, house.alert_every)


def let_go(now: datetime) -> list[str]:
    """Whichever alerts may leave now are free to; it stays so, however long they take to be planned. Those whose
    turn comes too late are left to the digest: returns a sentence for each."""
    waiting = Edition.objects.waiting_for_hours(now)
    languages = sorted(set(waiting.order_by().values_list("language", flat=True)))
    return [told for language in languages for told in _let_go(language, now)]


def turn(edition: Edition, now: datetime) -> Turn | None:
    """When an alert that waits for its hours has its turn, as things stand; None where it does not wait."""
    found = _turns(Edition.objects.waiting_for_hours(now).filter(language=edition.language), edition.language, now)
    mine = (one for one in found if one.id == edition.pk and one.at > now)
    return next(mine, None)


def told(turn: Turn) -> str:
    """For the command line."""
    at = f"{turn.at.astimezone(newsroom().zone):%Y-%m-%d %H:%M}"
    return f"its turn would be at {at}, so it is left to the digest" if turn.left else f"it goes out at {at}"


def last_at(language: str) -> datetime | None:
    """When the last alert in that language was let go."""
    gone = Edition.objects.filter(kind="alert", language=language).exclude(state="drafted")
    last: datetime | None = gone.aggregate(at=Max("let_go_at"))["at"]
    return last


def next_digest(language: str, now: datetime) -> datetime | None:
    """When the next one is drafted; None where none is by itself."""
    schedule = Schedule.objects.filter(language=language, active=True).first()
    return schedule.hour.following(now) if schedule else None


def _let_go(language: str, now: datetime) -> list[str]:
    """Whoever decides holds all that wait: two workers at once let no two go."""
    told = []
    with transaction.atomic():
        waiting = Edition.objects.waiting_for_hours(now).filter(language=language)
        held = {one.pk: one for one in waiting.select_for_update(of=("self",)).order_by("id")}
        for one in _turns(waiting.filter(pk__in=held), language, now):
            edition = held[one.id]
            if one.left:
                edition.state, edition.left_to_digest = "expired", one.left
                told.append(f"{edition.slug} is left to the digest.")
                log.info("alert left to the digest", edition=edition.slug, why=one.left)
            elif one.at <= now:
                edition.let_go_at = now
            edition.save(update_fields=["state", "left_to_digest", "let_go_at"])
    return told


def _turns(waiting: EditionQuerySet, language: str, now: datetime) -> list[Turn]:
    rows = waiting.values_list("id", "article__kind", "article__published", "expires_at")
    ready = [Waiting(*row) for row in rows]
    if not ready:
        return []
    return list(turns(ready, newsroom().alert_kinds, discipline(), last_at(language), next_digest(language, now), now))
