"""Readers, all together: who gets what, growth and loss, what came back; domains to decide about; answers."""

from collections.abc import Iterable
from uuid import UUID

from babel.dates import format_date
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from service.audience.holding import decide, held_domains
from service.audience.limits import THROUGH
from service.audience.numbers import InLanguage, Numbers, Week, numbers, weeks
from service.content.models import Country, Topic
from service.feedback.actions import delete_comment
from service.feedback.models import Comment, Tally
from service.people.rules.roles import Right
from service.toolbox import clock
from service.toolbox.letters import language_name

from .charts import Chart
from .door import desk, done
from .pages import language_of, page
from .wordings import BOUNCES, REASONS
from .words import number

ANSWERS, COMMENTS = 30, 50  # at once


@require_safe
@desk(Right.SEE)
def readers(request: HttpRequest) -> HttpResponse:
    now, language = clock.now(), language_of(request)
    counted = numbers(now)
    values = {
        "title": gettext("Readers"),
        "sentence": sentence(counted),
        "numbers": counted,
        "told": told,
        "topics": _named(Topic.objects.all(), counted.topics, language),
        "countries": _named(Country.objects.all(), counted.countries, language),
        "charts_shown": _charts(weeks(now)),
        "held": held_domains(now),
        "answers": Tally.objects.all()[:ANSWERS],
        "reasons": REASONS,
        "bounces": BOUNCES,
    }
    return page(request, "readers.html", values)


@require_POST
@desk(Right.READERS)
def domain_decide(request: HttpRequest) -> HttpResponse:
    one = decide(request.POST.get("mark", ""), request.POST.get("verdict", ""), clock.now())
    if one.standing == THROUGH:
        said = gettext("Whoever signs up at %(domain)s gets in, for a week. Who was refused has to sign up again.")
    else:
        said = gettext("Nobody signs up at %(domain)s, for a week.")
    return done(request, said % {"domain": one.domain}, "console:readers")


@require_safe
@desk(Right.EDIT)
def comments(request: HttpRequest) -> HttpResponse:
    shown = Paginator(Comment.objects.all(), COMMENTS).get_page(request.GET.get("page"))
    return page(request, "readers_comments.html", {"title": gettext("What readers wrote"), "shown": shown})


@require_POST
@desk(Right.EDIT)
def comment_delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    delete_comment(pk)
    return done(request, gettext("That comment is deleted."), "console:comments")


def told(count: int) -> str:
    return number(count) if count else gettext("fewer than 10")


def sentence(counted: Numbers) -> str:
    """`18,200 readers get letters: in English 12,300 the weekly and 4,000 alerts; in Spanish …`"""
    each = "; ".join(_in_language(one) for one in counted.languages)
    return gettext("%(readers)s readers get letters: %(each)s.") % {"readers": told(counted.readers), "each": each}


def _in_language(one: InLanguage) -> str:
    values = {"language": language_name(one.language), "weekly": told(one.weekly), "alerts": told(one.alerts)}
    return gettext("in %(language)s %(weekly)s the weekly and %(alerts)s alerts") % values


def _named(known: Iterable[Topic | Country], counts: dict[str, int], language: str) -> list[tuple[str, int]]:
    names = {one.slug: one.name(language) for one in known}
    return [(names.get(slug.lower(), slug), count) for slug, count in counts.items()]


def _charts(found: list[Week]) -> list[Chart]:
    axis = gettext("Week from")
    days = [str(format_date(week.begins, "d MMM", locale=get_language())) for week in found]
    joined = list(zip(days, (week.joined for week in found), strict=True))
    left = list(zip(days, (week.left for week in found), strict=True))
    return [
        Chart(gettext("Readers who came, by week"), gettext("Readers who came"), axis, joined, told),
        Chart(gettext("Readers who left, by week"), gettext("Readers who left"), axis, left, told),
    ]
