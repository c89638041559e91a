"""Donation calls in words: what runs, what came of each letter, and why one reader is asked or not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency
from django.utils import translation
from django.utils.translation import gettext, ngettext

from service.appeals.actions.gifts import Progress, progress, sums
from service.appeals.models import Campaign, Carried
from service.appeals.rules.asking import (
    ASK,
    BUDGET,
    CHOICE,
    GIFT,
    LETTER,
    LINK,
    PLAIN,
    QUIET,
    STORY,
    THANKS,
    UNDER_WAY,
    Reason,
)
from service.appeals.rules.gifts import FEWEST_TOLD, Sum
from service.audience.models import Subscriber
from service.audience.rules import rounded
from service.editions.actions.asking import explain
from service.editions.models import Edition
from service.newsroom.current import newsroom

from . import readers
from .sentences import name_of
from .wordings import PLACEMENTS
from .words import number

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A campaign in the calendar. `towards` is a sentence, "" without a goal."""

    campaign: Campaign
    state: str
    when: str
    where: str
    languages: Sequence[str]
    progress: Progress | None
    towards: str


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a letter or campaign: finished words."""

    name: str
    slug: str
    campaign: str
    asked: str
    gifts: str
    amount: str


def day(one: date) -> str:
    return str(format_date(one, "long", locale=translation.get_language()))


def money(amount: Decimal | int, currency: str) -> str:
    return str(format_currency(amount, currency, locale=translation.get_language()))


def lead(today: date) -> str:
    """Which call letters carry today. Of several that run the one that began last, as everywhere."""
    running = [one for one in Campaign.objects.all() if one.state(today) == "running"]
    if not running:
        return gettext("No campaign runs: letters carry the standing call of newsroom.toml.")
    first = max(running, key=lambda one: (one.starts or date.min, one.pk))
    if first.ends:
        return gettext("“%(name)s” runs until %(day)s.") % {"name": first.name, "day": day(first.ends)}
    return gettext("“%(name)s” runs until somebody ends it.") % {"name": first.name}


def calendar(today: date) -> list[Line]:
    """What runs, what is to come, what is over."""
    told, order = sums(), ("running", "coming", "over")
    rows = [_line(one, today, told) for one in Campaign.objects.prefetch_related("wordings")]
    newest_first = sorted(rows, key=lambda row: (row.campaign.starts or date.min, row.campaign.pk), reverse=True)
    return sorted(newest_first, key=lambda row: order.index(row.state))


def letters() -> list[Came]:
    """The latest that asked, with whom and what came; then what campaigns' own links brought, and the rest."""
    told = sums()
    latest = list(Carried.objects.select_related("campaign").order_by("-week", "-pk")[:SHOWN])
    editions = {one.slug: one for one in Edition.objects.filter(slug__in=[row.edition for row in latest])}
    rows = [came for row in latest for came in _of_letter(row, editions.get(row.edition), told)]
    shown = {row.edition for row in latest}
    return rows + [_of_sum(one) for one in told if one.origin is None or one.origin not in shown]


def why(reader: Subscriber, now: datetime) -> tuple[str, list[str]] | None:
    """What the newest weekly in the reader's language would do if it went out now, and a sentence for each rule.
    None where there is no such letter yet."""
    edition = Edition.objects.weekly(reader.language).order_by("-drafted_at").first()
    if edition is None:
        return None
    told = explain(reader, edition, now)
    drafted = edition.drafted_at.astimezone(newsroom().zone).date()
    return _VERDICTS[told.verdict]() % {"day": day(drafted)}, [sentence(one) for one in told.reasons]


def sentence(one: Reason) -> str:
    """Why, or why not."""
    for_it, against = _SENTENCES[one.rule]()
    budget = newsroom().ask_budget
    told = {"weeks": budget.every_weeks, "months": budget.after_gift_months, "day": day(one.until) if one.until else ""}
    return (against if one.against else for_it) % told


def _budget() -> tuple[str, str]:
    weeks = newsroom().ask_budget.every_weeks
    free = ngettext(
        "They were not asked this week.", "They were not asked in the last %(weeks)s weeks, this one included.", weeks
    )
    return free, gettext("They were asked lately; from %(day)s on they may be asked again.")


_VERDICTS: dict[str, Callable[[], str]] = {
    ASK: lambda: gettext("The weekly drafted on %(day)s would ask this reader for a donation if it went out now."),
    LINK: lambda: gettext("The weekly drafted on %(day)s would name the donation page in its foot, and not ask."),
    PLAIN: lambda: gettext("The weekly drafted on %(day)s would not ask this reader if it went out now."),
    THANKS: lambda: gettext("The weekly drafted on %(day)s would thank this reader for a gift if it went out now."),
}
_SENTENCES: dict[str, Callable[[], tuple[str, str]]] = {
    LETTER: lambda: (
        gettext("Nobody kept this letter from asking."),
        gettext("The desk said that this letter asks nobody."),
    ),
    STORY: lambda: (
        gettext("There is a place in it that is beside no marked story."),
        gettext("Beside every place in it stands a story that the desk marked."),
    ),
    CHOICE: lambda: (gettext("They take donation calls."), gettext("They chose to get no donation calls.")),
    QUIET: lambda: (gettext("Their letters are not quiet."), gettext("Their letters are quiet, and those never ask.")),
    GIFT: lambda: (
        gettext("No gift of theirs is known that still counts."),
        gettext("They gave: until %(day)s they are thanked instead."),
    ),
    BUDGET: _budget,
    UNDER_WAY: lambda: (
        gettext("No other letter that asks is on its way to them."),
        gettext("Another letter that asks is on its way to them, or has only just arrived."),
    ),
}


def _line(campaign: Campaign, today: date, told: Sequence[Sum]) -> Line:
    towards = progress(campaign, told)
    languages = [one.language for one in campaign.wordings.all()]
    where = gettext(PLACEMENTS[campaign.placement])
    return Line(campaign, campaign.state(today), _when(campaign), where, languages, towards, _towards(towards))


def _when(campaign: Campaign) -> str:
    starts, ends = (day(one) if one else "" for one in (campaign.starts, campaign.ends))
    if starts and ends:
        return gettext("%(first)s to %(last)s") % {"first": starts, "last": ends}
    if starts:
        return gettext("from %(first)s on") % {"first": starts}
    return gettext("until %(last)s") % {"last": ends} if ends else gettext("until somebody ends it")


def _towards(told: Progress | None) -> str:
    if told is None:
        return ""
    goal = money(told.goal, told.currency)
    if told.amount is None:
        return gettext("of %(goal)s: fewer than %(few)s gifts so far") % {"goal": goal, "few": FEWEST_TOLD}
    share = round(100 * told.share)
    amount = money(told.amount, told.currency)
    return gettext("%(amount)s of %(goal)s, %(share)s %%") % {"amount": amount, "goal": goal, "share": share}


def _of_letter(row: Carried, edition: Edition | None, told: Sequence[Sum]) -> list[Came]:
    """A line for each currency; one that says so where the gifts are few."""
    name = name_of(edition) if edition else row.edition
    campaign = row.campaign.name if row.campaign else gettext("the standing call")
    asked = readers.told(rounded(row.readers)) if row.noted_at else gettext("still going out")
    mine = [one for one in told if one.origin == row.edition]
    few = gettext("fewer than %(few)s") % {"few": FEWEST_TOLD}
    sums_of = [(number(one.count), money(one.amount, one.currency)) for one in mine] or [(few, "")]
    return [Came(name, row.edition if edition else "", campaign, asked, *one) for one in sums_of]


def _of_sum(one: Sum) -> Came:
    campaign = Campaign.objects.filter(slug=one.campaign).first() if one.campaign else None
    unnamed = gettext("no letter named") if one.origin == "" else gettext("several with few gifts, together")
    name = one.origin or unnamed
    return Came(name, "", campaign.name if campaign else "", "", number(one.count), money(one.amount, one.currency))
