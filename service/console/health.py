"""How this installation fares: who works, what is owed, how mail leaves and what comes back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_date, format_timedelta
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_safe

from service.people.rules.roles import Right
from service.toolbox import clock
from service.watching.checks.backups import NOTED
from service.watching.checks.disk import TOO_LITTLE
from service.watching.checks.queues import COMPLAINTS, ENOUGH_LETTERS, LATE
from service.watching.checks.services import SKEW_NOTED
from service.watching.numbers import numbers
from service.watching.returned import Provider, by_provider, shut_out
from service.watching.rules import BACKUP, Heard, Numbers, WayOut

from .charts import Chart
from .door import desk
from .pages import page
from .readers import told as how_many
from .sentences import lasting, when
from .wordings import BOUNCES, DISKS, FAILED, MESSAGE_STATES, PROVIDERS, QUEUES, WAITING, WORK
from .words import number

_GIB = 1024**3
_WHERE = {
    "drafts": "console:editions",
    "set aside": "console:feeds",
    "out of feeds": "console:feeds",
    "vanished": "console:feeds",
    "sources": "console:feeds",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table, in finished words. `well` is whether nobody need look; `where` leads to what it tells of."""

    name: str
    told: Sequence[str]
    well: bool = True
    where: str = ""


@require_safe
@desk(Right.SEE)
def health(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    found = numbers(now)
    wrong = list(_wrong(found))
    given = {
        "title": gettext("Health"),
        "lead": wrong[0] if wrong else gettext("Everything has its turn, and nothing is owed for long."),
        "wrong": wrong,
        "works": [_work(one, now) for one in found.heard],
        "owed": [_owed(one.queue, one.rows, one.since, now) for one in found.owed],
        "mail": _mail(found),
        "ways_out": [_way_out(one) for one in found.ways_out],
        "failed": [Line(gettext(FAILED.get(state, state)), [number(n)]) for state, n in found.attempts.items()],
        "columns": [(gettext(one), True) for one in BOUNCES.values()],
        "returned": [_returned(one) for one in by_provider(now)],
        "chart": _chart(now),
        "feeds": _feeds(found),
        "waiting": [_waiting(what, count) for what, count in found.waiting.items()],
        "room": [_room(disk.name, disk.free, disk.free_bytes) for disk in found.disks],
        "rest": _rest(found),
    }
    return page(request, "health.html", given)


def _wrong(found: Numbers) -> Iterator[str]:
    """What somebody should mend, the worst first."""
    now = found.at
    if found.silent:
        yield gettext(
            "This database was copied here: nothing leaves until somebody runs `byline confirm_instance`, after the "
            "other installation has stopped."
        )
    if not found.heard:
        yield gettext("Neither the clock nor a worker was ever heard of.")
    for one in found.heard:
        if one.name != BACKUP and one.is_late(now):
            yield gettext("%(what)s has missed its turn: it was last well %(ago)s.") % {
                "what": _name_of(one),
                "ago": _ago(one.at, now),
            }
    for owed in found.owed:
        if owed.rows and owed.age(now) > LATE:
            told = {"what": gettext(QUEUES.get(owed.queue, owed.queue)), "lasting": lasting(owed.age(now))}
            yield gettext("%(what)s: the oldest has waited for %(lasting)s.") % told
    if found.complaint_share > COMPLAINTS and found.frozen_lately >= ENOUGH_LETTERS:
        yield gettext("More than one letter in a thousand was called spam in the last seven days.")
    for disk in found.disks:
        if disk.free < TOO_LITTLE:
            yield gettext("Less than a tenth is free: %(disk)s.") % {"disk": gettext(DISKS.get(disk.name, disk.name))}
    if abs(found.skew.total_seconds()) >= SKEW_NOTED:
        yield gettext("The database's clock and ours differ by %(n)s seconds.") % {
            "n": number(round(abs(found.skew.total_seconds())))
        }
    if any(one.name == BACKUP and one.at and now - one.at > NOTED for one in found.heard):
        yield gettext("No backup was made and verified for two days.")


def _work(one: Heard, now: datetime) -> Line:
    late = one.is_late(now)
    told = [_ago(one.at, now), _span(one.every), gettext("late") if late else gettext("well")]
    return Line(_name_of(one), told, not late)


def _owed(queue: str, rows: int, since: datetime | None, now: datetime) -> Line:
    waits = max(timedelta(0), now - since) if rows and since else timedelta(0)
    told = [number(rows), lasting(waits) if waits else ""]
    return Line(gettext(QUEUES.get(queue, queue)), told, waits <= LATE)


def _mail(found: Numbers) -> str:
    if not found.frozen:
        return gettext("No letter is on its way. %(today)s left today.") % {"today": number(found.sent_today)}
    states = ", ".join(f"{gettext(MESSAGE_STATES[state])} {number(n)}" for state, n in found.letters.items() if n)
    told = {"frozen": number(found.frozen), "states": states, "today": number(found.sent_today)}
    return gettext("%(frozen)s letters are on their way (%(states)s). %(today)s left today.") % told


def _way_out(one: WayOut) -> Line:
    slow = one.slowness > 1
    pace = gettext("slowed to 1/%(n)s, as the server asked") % {"n": number(round(one.slowness, 1))}
    told = [pace if slow else gettext("full pace"), number(one.sent_today)]
    return Line(_provider(one.name), told, not slow)


def _returned(one: Provider) -> Line:
    return Line(_provider(one.name), [how_many(count) for count in one.kinds.values()])


def _provider(name: str) -> str:
    return gettext(PROVIDERS[name]) if name in PROVIDERS else name.capitalize()


def _chart(now: datetime) -> Chart:
    language = get_language()
    points = [(str(format_date(day, "d MMM", locale=language)), count) for day, count in shut_out(now)]
    title = gettext("Addresses kept out, by week, without those whose readers left")
    return Chart(title, gettext("Addresses"), gettext("Week from"), points, how_many)


def _feeds(found: Numbers) -> str:
    if not found.feeds_built:
        return gettext("No feed was published yet.")
    told = ngettext(
        "%(n)s feed is published; the last was written %(ago)s.",
        "%(n)s feeds are published; the last was written %(ago)s.",
        found.feeds,
    ) % {"n": number(found.feeds), "ago": _ago(found.feeds_built, found.at)}
    if not found.feeds_troubled:
        return told
    troubled = ngettext(
        "The hub could not be told of %(n)s.", "The hub could not be told of %(n)s of them.", found.feeds_troubled
    )
    return f"{told} {troubled % {'n': number(found.feeds_troubled)}}"


def _waiting(what: str, count: int) -> Line:
    view = _WHERE.get(what) if count else None
    return Line(gettext(WAITING.get(what, what)), [number(count)], not count, reverse(view) if view else "")


def _room(name: str, free: float, octets: int) -> Line:
    told = [f"{number(round(free * 100))} %", f"{number(round(octets / _GIB, 1))} GiB"]
    return Line(gettext(DISKS.get(name, name)), told, free >= TOO_LITTLE)


def _rest(found: Numbers) -> list[str]:
    keys = ngettext(
        "%(n)s partner's key ends within 14 days.", "%(n)s partners' keys end within 14 days.", found.keys_expiring
    )
    backup = next((one for one in found.heard if one.name == BACKUP), None)
    return [
        gettext("This database is a copy that nobody has confirmed: it stays silent.")
        if found.silent
        else gettext("This database belongs to this installation: letters may leave."),
        keys % {"n": number(found.keys_expiring)} if found.keys_expiring else gettext("No partner's key ends soon."),
        gettext("The last backup was made and verified on %(when)s.") % {"when": when(backup.at)}
        if backup and backup.at
        else gettext("No backup was ever made of this database."),
    ]


def _name_of(one: Heard) -> str:
    return gettext(WORK.get(one.name, one.name))


def _span(span: timedelta, *, to_now: bool = False) -> str:
    """`12 seconds`, or `12 seconds ago`."""
    return str(format_timedelta(span, threshold=1.5, add_direction=to_now, locale=get_language()))


def _ago(at: datetime | None, now: datetime) -> str:
    if at is None:
        return gettext("never")
    return _span(min(timedelta(0), at - now), to_now=True)
