"""A mailing's statement in words, and its pace as a chart."""

from dataclasses import dataclass
from datetime import timedelta

from babel.dates import format_datetime
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from service.delivery.actions.statement import Statement, statement
from service.delivery.models import Mailing
from service.editions.models import Edition
from service.newsroom.current import newsroom

from .charts import Chart
from .words import number

LINES = {
    "accepted": gettext_noop("accepted by their mail servers"),
    "refused": gettext_noop("refused by their mail servers"),
    "suppressed": gettext_noop("held back: they are to get nothing"),
    "uncertain": gettext_noop("uncertain: the server did not say"),
    "cancelled": gettext_noop("cancelled before they left"),
    "remaining": gettext_noop("still to go"),
}
WHY = {
    "did not ask for this": gettext_noop("did not ask for this kind of letter"),
    "made a pause": gettext_noop("make a pause"),
    "chose other subjects": gettext_noop("chose other subjects"),
    "had it in another language": gettext_noop("had it in another language"),
    "unsubscribed": gettext_noop("unsubscribed meanwhile"),
    "erased": gettext_noop("had themselves erased"),
    "changed": gettext_noop("changed their choice, and are counted anew"),
    "stopped": gettext_noop("stopped by the desk"),
    "expired": gettext_noop("came too late"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """`lines` add up to `frozen`, `excluded` and `frozen` to `candidates`. Finished words."""

    candidates: int
    frozen: int
    lines: list[tuple[str, int]]
    excluded: list[tuple[str, int]]
    cancelled: list[tuple[str, int]]
    adds_up: bool
    chart: Chart


def statement_of(edition: Edition) -> Told | None:
    """None until its readers are counted."""
    mailing = Mailing.objects.filter(key=edition.mailing_key).exclude(frozen=None).first()
    return _told(statement(mailing)) if mailing else None


def why(reasons: dict[str, int]) -> list[tuple[str, int]]:
    """Reasons in words, the most frequent first."""
    most_first = sorted(reasons.items(), key=lambda pair: -pair[1])
    return [(gettext(WHY.get(reason, reason)), count) for reason, count in most_first if count]


def _told(one: Statement) -> Told:
    return Told(
        candidates=one.candidates,
        frozen=one.frozen,
        lines=[(gettext(LINES[name]), count) for name, count in one.lines],
        excluded=why(one.excluded),
        cancelled=why(one.cancelled_for),
        adds_up=one.adds_up,
        chart=_chart(one),
    )


def _chart(one: Statement) -> Chart:
    zone, language = newsroom().zone, translation.get_language()
    pattern = "HH:mm" if one.pace.step < timedelta(hours=6) else "d MMM HH:mm"
    points = [(format_datetime(at.astimezone(zone), pattern, locale=language), count) for at, count in one.pace.bars]
    minutes = int(one.pace.step / timedelta(minutes=1))
    title = gettext("Letters accepted, in steps of %(minutes)d min") % {"minutes": minutes}
    return Chart(title, gettext("letters"), gettext("from"), points, number)
