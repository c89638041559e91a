"""What the desk should know now: what goes out, what waits for somebody, what is wrong."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from service.audience import limits
from service.content.models import Article, Disappearance, SetAside, Source
from service.delivery.actions import instance
from service.delivery.models import Attempt, Quarantined
from service.delivery.rules.verdicts import UNCERTAIN
from service.editions.actions.breaking import callers, why_not
from service.editions.models import Edition, Schedule
from service.feeds.models import BrokenArticle, PublishedFeed
from service.partners.actions import use_mails
from service.partners.models import Notice, Republication, Told
from service.toolbox.letters import language_name

from .sentences import name_of, stands, when

FEED_IS_LATE = timedelta(minutes=5)
ANSWER_IS_LATE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Matter:
    """`where` is the page on which to act, "" where there is none."""

    sentence: str
    where: str = ""


def goes_out(now: datetime) -> list[Matter]:
    """What is on its way, then each weekly that is to come, soonest first."""
    moving = Edition.objects.on_their_way(now).select_related("article")
    weeklies = Schedule.objects.filter(active=True).order_by("language")
    coming = sorted([(one.hour.following(now), one) for one in weeklies], key=lambda pair: pair[0])
    return [
        *(_edition(one, now) for one in moving.order_by("kind", "id")),
        *(Matter(_coming(schedule, at, now)) for at, schedule in coming),
    ]


def waits(now: datetime) -> list[Matter]:
    """For a person's word."""
    drafts = Edition.objects.filter(state="drafted").select_related("article").order_by("kind", "expires_at")
    held = Article.objects.held().order_by("held_at").defer("body", "original")
    return [
        *map(_held, held),
        *_second_names(now),
        *(_edition(one, now) for one in drafts),
        *_counted(_WAITING, now),
    ]


def wrong(now: datetime) -> list[Matter]:
    """What somebody should mend."""
    try:
        instance.check(now)
        silent = []
    except instance.Silent as error:
        silent = [Matter(str(error))]
    failing = Source.objects.filter(active=True).exclude(trouble="")
    at = reverse("console:feeds")
    return [*silent, *(Matter(_trouble(source), at) for source in failing), *_counted(_WRONG, now)]


def _second_names(now: datetime) -> Iterator[Matter]:
    """Alerts that one person called breaking."""
    called = Edition.objects.exclude(breaking_calls=None).filter(let_go_at=None).select_related("article")
    for one in called.order_by("id"):
        names = callers(one)
        if names and not why_not(one, now):
            told = {"name": names[0], "edition": name_of(one)}
            sentence = gettext("%(edition)s was called breaking by %(name)s. A second name lets it go at once.") % told
            yield Matter(sentence, reverse("console:edition", args=[one.slug]))


def _edition(edition: Edition, now: datetime) -> Matter:
    return Matter(stands(edition, now), reverse("console:edition", args=[edition.slug]))


def _held(article: Article) -> Matter:
    told = {"title": article.title, "who": article.held_by, "why": article.held_why}
    told["when"] = when(article.held_at) if article.held_at else ""
    sentence = gettext("“%(title)s” is held since %(when)s, by %(who)s: %(why)s") % told
    return Matter(sentence, reverse("console:article", args=[article.pk]))


def _trouble(source: Source) -> str:
    told = {"source": source.slug, "trouble": source.trouble}
    return gettext("The source %(source)s could not be read: %(trouble)s") % told


def _coming(schedule: Schedule, at: datetime, now: datetime) -> str:
    since = schedule.hour.latest(now)
    stories = Article.objects.first_seen_between(since, now).published().in_language(schedule.language).count()
    told = ngettext("%(count)d new story so far", "%(count)d new stories so far", stories) % {"count": stories}
    return gettext("The next weekly in %(language)s is drafted on %(when)s: %(stories)s.") % {
        "language": language_name(schedule.language),
        "when": when(at),
        "stories": told,
    }


@dataclass(frozen=True, slots=True)
class Counted:
    """`told` says so many; `page` is the name of the one on which to settle them, `rest` what follows its
    address."""

    count: Callable[[datetime], int]
    told: Callable[[int], str]
    page: str = ""
    rest: str = ""


def _counted(matters: list[Counted], now: datetime) -> Iterator[Matter]:
    for matter in matters:
        number = matter.count(now)
        if number:
            where = reverse(matter.page) + matter.rest if matter.page else ""
            yield Matter(matter.told(number) % {"count": number}, where)


def _unanswered(now: datetime) -> int:
    late = Notice.objects.unanswered().filter(at__lt=now - ANSWER_IS_LATE)
    return Told.objects.filter(acknowledged=None, notice__in=late).count()


_WAITING = [
    Counted(
        lambda now: Disappearance.objects.filter(held=True).count(),
        lambda n: ngettext(
            "%(count)d article vanished from its source together with others: withdraw it, or keep it.",
            "%(count)d articles vanished from their source together: withdraw them, or keep them.",
            n,
        ),
        "console:feeds",
        "#waiting",
    ),
    Counted(
        lambda now: sum(row.kind not in (limits.THROUGH, limits.KEPT) for row in limits.held(now)),
        lambda n: ngettext(
            "%(count)d mail domain is held, because far more sign up there than usual.",
            "%(count)d mail domains are held, because far more sign up there than usual.",
            n,
        ),
        "console:readers",
        "#held",
    ),
    Counted(
        lambda now: use_mails.waiting().count(),
        lambda n: ngettext(
            "%(count)d mail about a use waits for somebody to read it.",
            "%(count)d mails about uses wait for somebody to read them.",
            n,
        ),
        "console:use_mails",
    ),
    Counted(
        lambda now: Quarantined.objects.filter(looked_at=None).count() - use_mails.waiting().count(),
        lambda n: ngettext(
            "%(count)d mail came in that could not be understood.",
            "%(count)d mails came in that could not be understood.",
            n,
        ),
    ),
    Counted(
        lambda now: Republication.objects.to_decide().count(),
        lambda n: ngettext(
            "%(count)d page republishes an article without all that the licence asks for.",
            "%(count)d pages republish an article without all that the licence asks for.",
            n,
        ),
        "console:republications",
        "?state=todo",
    ),
    Counted(
        _unanswered,
        lambda n: ngettext(
            "%(count)d partner has not answered a correction or withdrawal for three days.",
            "%(count)d partners have not answered a correction or withdrawal for three days.",
            n,
        ),
        "console:notices",
        "?state=todo",
    ),
]
_WRONG = [
    Counted(
        lambda now: SetAside.objects.count(),
        lambda n: ngettext(
            "%(count)d article could not be taken in, and is tried again at every run.",
            "%(count)d articles could not be taken in, and are tried again at every run.",
            n,
        ),
        "console:feeds",
    ),
    Counted(
        lambda now: BrokenArticle.objects.count(),
        lambda n: ngettext(
            "%(count)d article is left out of the feeds, because none can be written with it.",
            "%(count)d articles are left out of the feeds, because none can be written with them.",
            n,
        ),
        "console:feeds",
    ),
    Counted(
        lambda now: PublishedFeed.objects.waiting().filter(built_at__lt=now - FEED_IS_LATE).count(),
        lambda n: ngettext(
            "%(count)d feed has waited for more than five minutes to be written anew.",
            "%(count)d feeds have waited for more than five minutes to be written anew.",
            n,
        ),
        "console:feeds",
        "?state=trouble",
    ),
    Counted(
        lambda now: Attempt.objects.filter(
            state=UNCERTAIN, message__state=UNCERTAIN, at__gt=now - timedelta(days=7)
        ).count(),
        lambda n: ngettext(
            "%(count)d letter of this week may or may not have arrived: the mail server did not say.",
            "%(count)d letters of this week may or may not have arrived: the mail server did not say.",
            n,
        ),
    ),
]
