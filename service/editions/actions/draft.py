"""Drafting: the weekly digest at its hour, an alert at once."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import IntegrityError, transaction

from service.content.models import Article, ArticleQuerySet
from service.newsroom.current import newsroom
from service.toolbox.bell import ring
from service.toolbox.errors import ServiceError

from ..hours import Turn
from ..kinds.notices import notices
from ..kinds.weekly import found_useful
from ..models import Edition, EditionItem, Schedule
from ..rules import (
    ALERT_MAX_AGE,
    DRAFT_EXPIRES_AFTER,
    FIRST_PERIOD,
    LATE_ARRIVALS,
    Candidate,
    Period,
    arrange,
    week,
    weekly_slug,
)
from .hours import told, turn
from .schedule import schedules

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Drafted:
    """`edition` is None where there was nothing to send; the sentence says why."""

    edition: Edition | None
    sentence: str


def draft_due(now: datetime, language: str = "") -> list[Drafted]:
    """The digests whose hour has struck and that nobody drafted yet, in one language or in all."""
    return [_draft_at(schedule, schedule.hour.latest(now), now) for schedule in _schedules(language) if schedule.active]


def draft_now(now: datetime, language: str) -> Drafted:
    """This week's digest before its hour, with all that is new so far."""
    return _draft_at(_schedules(language)[0], now, now)


def draft_week(named: str, now: datetime, language: str = "") -> list[Drafted]:
    """A week named is drafted by publication date, whatever went out before."""
    zone = newsroom().timezone
    period = week(named, zone)
    drafted = []
    for schedule in _schedules(language):
        stories = Article.objects.published_between(period.start, period.end)
        slug = weekly_slug(period.start, zone, schedule.language)
        drafted.append(_draft(slug, schedule.language, period, _readable(stories, schedule), now, by_date=True))
    return drafted


def raise_alerts(now: datetime) -> list[Drafted]:
    """An edition for each story that came in live within the last day and has none."""
    house = newsroom()
    fresh = (
        Article.objects.published()
        .filter(
            alert=None,
            imported=False,
            kind__in=house.alert_kinds,
            published__gt=now - ALERT_MAX_AGE,
            first_seen__gt=now - ALERT_MAX_AGE,
        )
        .order_by("published", "id")
    )
    return [drafted for article in fresh if (drafted := _alert(article, now))]


def why_no_alert(article: Article, now: datetime) -> str:
    """One sentence, for whoever wonders."""
    if article.status != "published":
        return f"{article.title!r} raises no alert: it is {article.status}."
    if Edition.objects.filter(article=article).exists():
        return f"{article.title!r} has its alert already; no story gets two."
    if article.published <= now - ALERT_MAX_AGE:
        return f"{article.title!r} raises no alert: it was published on {article.published:%Y-%m-%d}, over a day ago."
    if article.imported:
        return f"{article.title!r} raises no alert: it came with its source's first import."
    if article.kind not in newsroom().alert_kinds:
        return f"{article.title!r} raises no alert: newsroom.toml sends none for the kind {article.kind}."
    return f"{article.title!r} raises an alert."


def _schedules(language: str) -> list[Schedule]:
    """Of one language, or of all."""
    house = newsroom()
    if language and language not in house.languages:
        known = ", ".join(house.languages)
        raise ServiceError(f"There is no newsroom in {language!r}; newsroom.toml has {known}.")
    return [one for one in schedules() if language in ("", one.language)]


def _draft_at(schedule: Schedule, struck: datetime, now: datetime) -> Drafted:
    slug = weekly_slug(struck, schedule.zone, schedule.language)
    known = Edition.objects.filter(slug=slug).first()
    if known:
        return Drafted(None, f"{slug} is {known.state} already; a week is drafted once.")
    earlier = Edition.objects.weekly(schedule.language).reached_readers()
    previous = earlier.filter(by_date=False, period_end__lte=struck).order_by("-period_end").first()
    if previous and previous.period_end:
        period, since = Period(previous.period_end, struck), previous.period_end - LATE_ARRIVALS
    else:
        since = _first_start(schedule.language, struck)
        period = Period(since, struck)
    stories = Article.objects.first_seen_between(since, struck).exclude(in_editions__edition__in=earlier)
    return _draft(slug, schedule.language, period, _readable(stories, schedule), now)


def _first_start(language: str, struck: datetime) -> datetime:
    """Seven days back, or where a digest began that never reached anybody: its stories are still news."""
    unread = Edition.objects.weekly(language).filter(by_date=False).order_by("period_start").first()
    start = struck - FIRST_PERIOD
    return min(start, unread.period_start) if unread and unread.period_start else start


def _readable(stories: ArticleQuerySet, schedule: Schedule) -> list[Article]:
    return list(stories.published().in_language(schedule.language))


def _draft(
    slug: str, language: str, period: Period, stories: list[Article], now: datetime, *, by_date: bool = False
) -> Drafted:
    if not stories and not notices(language, period.start, period.end):
        return Drafted(None, f"Nothing to send: {slug} would have no story. It is not drafted.")
    house = newsroom()
    places = arrange([Candidate(str(one.pk), one.kind, one.published) for one in stories], house.sections)
    sections = [*house.sections, "briefs"]
    try:
        with transaction.atomic():
            edition = Edition.objects.create(
                slug=slug,
                kind="weekly",
                language=language,
                period_start=period.start,
                period_end=period.end,
                by_date=by_date,
                useful=found_useful(language, now),
                drafted_at=now,
                expires_at=now + DRAFT_EXPIRES_AFTER,
            )
            EditionItem.objects.bulk_create(
                EditionItem(
                    edition=edition,
                    article_id=place.id,
                    section=place.section,
                    section_order=sections.index(place.section),
                    position=place.position,
                )
                for place in places
            )
            _settle(edition, now)
    except IntegrityError:
        return Drafted(None, f"{slug} exists already; a week is drafted once.")
    log.info("digest drafted", edition=slug, stories=len(stories))
    count = "1 story" if len(stories) == 1 else f"{len(stories)} stories"
    return Drafted(edition, f"{slug} is drafted with {count} and {_waits(edition)}.")


def _alert(article: Article, now: datetime) -> Drafted | None:
    slug = f"alert-{article.key}-{article.language}"
    try:
        with transaction.atomic():
            edition = Edition.objects.create(
                slug=slug,
                kind="alert",
                language=article.language,
                article=article,
                drafted_at=now,
                expires_at=article.published + ALERT_MAX_AGE,
            )
            _settle(edition, now)
    except IntegrityError:
        return None  # another worker was faster
    log.info("alert raised", edition=slug)
    return Drafted(edition, f"{slug} is drafted and {_waits(edition, turn(edition, now))}.")


def _settle(edition: Edition, now: datetime) -> None:
    """Waits for a person, or goes on by itself, as newsroom.toml says."""
    if not edition.policy.people:
        edition.set_approved("newsroom.toml", now, now + edition.policy.undo)
    ring("dispatch_editions")


def _waits(edition: Edition, turn: Turn | None = None) -> str:
    if edition.state == "drafted":
        return "waits for approval"
    return f"waits for its hours: {told(turn)}" if turn else "goes out now"
