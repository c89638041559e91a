"""Where an edition stands, as one says it. In the language that is active."""

from datetime import datetime, timedelta

from babel.dates import format_datetime, format_timedelta
from django.utils import translation
from django.utils.translation import gettext, gettext_noop, ngettext

from service.audience.models import Subscriber
from service.audience.rules import asked_by, rounded
from service.delivery.models import Mailing
from service.delivery.rules.verdicts import ACCEPTED, REMAINING
from service.editions.actions import hours
from service.editions.actions.take_out import DRAFTED, PAUSED, STOPPED, WITHOUT, Taken
from service.editions.hours import DIGEST, LATE
from service.editions.models import Edition
from service.newsroom.current import newsroom
from service.toolbox.letters import language_name

from .words import number

# An edition's states, as the desk reads them; the template translates.
STATES = {
    "drafted": gettext_noop("draft"),
    "approved": gettext_noop("approved"),
    "sending": gettext_noop("going out"),
    "paused": gettext_noop("paused"),
    "sent": gettext_noop("sent"),
    "cancelled": gettext_noop("stopped"),
    "expired": gettext_noop("expired"),
}
_LEFT = {
    LATE: gettext_noop("was left to the digest: at its turn it would have been older than a day."),
    DIGEST: gettext_noop("was left to the digest, which is drafted before its turn would have come."),
}


def name_of(edition: Edition) -> str:
    language = language_name(edition.language)
    if edition.article:
        return gettext("The alert “%(title)s” (%(language)s)") % {
            "title": edition.article.title,
            "language": language,
        }
    day = format_datetime(
        edition.drafted_at.astimezone(newsroom().zone), gettext("d MMMM"), locale=translation.get_language()
    )
    return gettext("The weekly in %(language)s, %(day)s") % {"language": language, "day": day}


def when(moment: datetime) -> str:
    """Day and hour at the newsroom."""
    local = moment.astimezone(newsroom().zone)
    return str(format_datetime(local, gettext("EEEE d MMMM, HH:mm"), locale=translation.get_language()))


def lasting(span: timedelta) -> str:
    """`12 minutes`."""
    return str(format_timedelta(span, granularity="minute", threshold=1.5, locale=translation.get_language()))


def stands(edition: Edition, now: datetime) -> str:
    """`The weekly in English, 27 November, waits for approval until …; it would go to 18,204 readers.`"""
    return f"{name_of(edition)} {_stands(edition, now)}"


def readers_of(edition: Edition) -> int:
    """Who asked for such a letter in its language; whom it leaves out after all, a rehearsal tells."""
    wanting = Subscriber.objects.active().filter(language=edition.language, wants__in=asked_by(edition.kind))
    return wanting.count()


def became_of(taken: Taken) -> str:
    """What a hold or a withdrawal did to a letter."""
    told = {
        "letter": name_of(taken.edition),
        "have": readers(taken.have),
        "rest": readers(taken.rest),
    }
    return {
        WITHOUT: gettext("%(letter)s goes on without it, to %(rest)s; %(have)s had it already."),
        PAUSED: gettext("%(letter)s can't go on without it and is paused; %(have)s had it already."),
        STOPPED: gettext("%(letter)s is stopped, for nothing is left of it; %(have)s had it already."),
        DRAFTED: gettext("%(letter)s waits for approval again, written without it; nobody has it yet."),
    }[taken.outcome] % told


def readers(count: int) -> str:
    return ngettext("%(count)s reader", "%(count)s readers", count) % {"count": number(count)}


def quiet_hours() -> str:
    """What newsroom.toml says of them; "" where there are none."""
    quiet = newsroom().alert_quiet
    if quiet is None:
        return ""
    begin, end = (f"{at:%H:%M}" for at in quiet)
    return gettext("no alert goes out from %(begin)s to %(end)s") % {"begin": begin, "end": end}


def interval() -> str:
    minutes = int(newsroom().alert_every / timedelta(minutes=1))
    if not minutes:
        return ""
    told = ngettext(
        "two alerts in one language are at least %(n)d minute apart",
        "two alerts in one language are at least %(n)d minutes apart",
        minutes,
    )
    return told % {"n": minutes}


def _waits_for_hours(edition: Edition, now: datetime) -> str:
    """ "" where no hour keeps it."""
    turn = hours.turn(edition, now)
    if turn is None:
        return ""
    if turn.left:
        return gettext(_LEFT[turn.left])
    why = quiet_hours() if hours.discipline().is_quiets_end(turn.at) else interval()
    return gettext("waits until %(when)s: %(why)s.") % {"when": when(turn.at), "why": why}


def about(edition: Edition) -> str:
    """How many asked for it, in whole tens: less whom a rehearsal leaves out, it leads to nobody."""
    count = rounded(readers_of(edition))
    if not count:
        return gettext("fewer than 10 readers")
    return gettext("about %(readers)s") % {"readers": readers(count)}


def _stands(edition: Edition, now: datetime) -> str:
    if edition.state == "drafted":
        told = {"until": when(edition.expires_at), "readers": about(edition)}
        if edition.approvals.standing().exists():
            return gettext("waits for a second approval until %(until)s; %(readers)s asked for it.") % told
        return gettext("waits for approval until %(until)s; %(readers)s asked for it.") % told
    waits = _waits_for_hours(edition, now)
    if waits:
        return waits
    if edition.state == "approved" and edition.leaves_at and edition.leaves_at > now:
        told = {"time": lasting(edition.leaves_at - now), "readers": about(edition)}
        return gettext("is approved and leaves in %(time)s; %(readers)s asked for it.") % told
    if edition.state == "approved":
        return gettext("is approved and is about to go out to %(readers)s.") % {"readers": about(edition)}
    mailing = Mailing.objects.filter(key=edition.mailing_key).first()
    counts = mailing.counts() if mailing else {}
    frozen = (mailing.frozen or 0) if mailing else 0
    told = {
        "accepted": number(counts.get(ACCEPTED, 0)),
        "readers": readers(frozen),
        "rest": readers(sum(counts.get(state, 0) for state in REMAINING)),
    }
    if edition.state == "sending":
        return gettext("is going out: %(accepted)s of %(readers)s have it.") % told
    if edition.state == "paused":
        return gettext("is paused: %(accepted)s of %(readers)s have it, %(rest)s wait.") % told
    if edition.state == "sent":
        return gettext("went out: %(accepted)s of %(readers)s have it.") % told
    if edition.state == "cancelled":
        return gettext("was stopped: %(accepted)s of %(readers)s have it.") % told
    if edition.left_to_digest:
        return gettext(_LEFT[edition.left_to_digest])
    return gettext("expired: it was not approved in time, or could not go out in time.")
