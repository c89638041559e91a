"""Alerts that wait for their hour: why, until when, and two people who let one go at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from service.content.kinds import kind_name
from service.editions.actions import hours
from service.editions.actions.breaking import call_breaking, callers, take_back, why_not
from service.editions.models import Edition
from service.newsroom.current import newsroom
from service.people.rules.roles import Right
from service.toolbox import clock
from service.toolbox.letters import language_name

from .door import desk, done
from .ledger import name_of
from .pages import page
from .sentences import about, interval, quiet_hours, when


@dataclass(frozen=True, slots=True)
class Hurry:
    """`names` are of those whose calls stand; `mine`: of whoever looks, too."""

    names: Sequence[str]
    sentence: str
    mine: bool
    can_be_called: bool


@dataclass(frozen=True, slots=True)
class Row:
    """Alerts in one language, in finished words."""

    language: str
    last: str
    next: str
    waiting: int


def hurry_of(edition: Edition, looks: str, now: datetime) -> Hurry | None:
    """As `looks` sees it; None where the alert never had an hour to wait for."""
    names = callers(edition) if edition.kind == "alert" else []
    waits = edition.left_to_digest or hours.turn(edition, now)
    if not names and not waits:
        return None
    can_be_called = not why_not(edition, now)
    return Hurry(names, _told(names, edition, can_be_called), looks in names, can_be_called)


@require_POST
@desk(Right.PUBLISH)
def breaking(request: HttpRequest, slug: str) -> HttpResponse:
    names = call_breaking(_found(slug), name_of(request.user), clock.now())
    told = gettext("It waits for a second name: somebody else who may publish.")
    if len(names) > 1:
        told = gettext("%(names)s call it breaking: it waits for no hour any more.") % {"names": _and(names)}
    return done(request, told, "console:edition", slug)


@require_POST
@desk(Right.PUBLISH)
def back(request: HttpRequest, slug: str) -> HttpResponse:
    take_back(_found(slug), name_of(request.user), clock.now())
    return done(request, gettext("Your call is taken back."), "console:edition", slug)


@require_safe
@desk(Right.SEE)
def alert_hours(request: HttpRequest) -> HttpResponse:
    """What newsroom.toml says of them."""
    now = clock.now()
    given = {
        "title": gettext("When alerts go out"),
        "lead": _lead(now),
        "rows": [_row(language, now) for language in newsroom().languages],
        "rules": _rules(),
    }
    return page(request, "alert_hours.html", given)


def _lead(now: datetime) -> str:
    quiet = hours.discipline().quiet
    until = quiet.until(now) if quiet else None
    if until:
        return gettext("Alerts are quiet now, until %(when)s.") % {"when": when(until)}
    return gettext("Alerts may go out now.")


def _row(language: str, now: datetime) -> Row:
    last = hours.last_at(language)
    opens = hours.discipline().opens(last, now)
    waiting = Edition.objects.waiting_for_hours(now).filter(language=language).count()
    told = gettext("now") if opens <= now else when(opens)
    return Row(language_name(language), when(last) if last else gettext("none yet"), told, waiting)


def _rules() -> list[str]:
    house = newsroom()
    said = [one[0].upper() + one[1:] + "." for one in (quiet_hours(), interval()) if one]
    kinds = ", ".join(kind_name(kind) for kind in house.alert_kinds)
    return [
        *(said or [gettext("Alerts go out at any hour, and may follow each other at once.")]),
        gettext("All hours are those of %(zone)s.") % {"zone": house.timezone},
        gettext("Of several that wait, the kind named first goes first, and of one kind the newest: %(kinds)s.")
        % {"kinds": kinds},
        gettext("Whatever would be older than a day at its turn, or comes after the next digest, is left to that."),
        gettext("Two people who may publish let an alert go at once, by calling it breaking."),
    ]


def _told(names: Sequence[str], edition: Edition, can_be_called: bool) -> str:
    told = {"names": _and(names), "readers": about(edition)}
    if names and not can_be_called:
        return ngettext("%(names)s called it breaking.", "%(names)s called it breaking.", len(names)) % told
    if names:
        return gettext("%(names)s calls it breaking. With a second name it goes out at once, to %(readers)s.") % told
    if can_be_called:
        return gettext("If two people who may publish call it breaking, it goes out at once, whatever the hour.")
    return gettext("Nobody called it breaking.")


def _and(names: Sequence[str]) -> str:
    *others, last = names or [""]
    return gettext("%(others)s and %(last)s") % {"others": ", ".join(others), "last": last} if others else last


def _found(slug: str) -> Edition:
    return get_object_or_404(Edition.objects.select_related("article"), slug=slug)
