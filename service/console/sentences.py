"""Where an edition stands, as one says it. In the language that is active."""

from datetime import datetime, timedelta

from babel.dates import format_datetime, format_timedelta
from django.utils import translation
from django.utils.translation import gettext, gettext_noop, ngettext

from service.audience.models import Subscriber
from service.audience.rules import asked_by
from service.delivery.models import Mailing
from service.delivery.rules.verdicts import ACCEPTED, REMAINING
from service.editions.models import Edition
from service.newsroom.current import newsroom
from service.toolbox.letters import language_name

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


def name_of(edition: Edition) -> str:
    language = language_name(edition.language)
    if edition.article:
        return gettext("The alert “%(title)s” (%(language)s)") % {
            "title": edition.article.title,
            "language": language,
        }
    day = format_datetime(edition.drafted_at.astimezone(newsroom().zone), "d MMMM", locale=translation.get_language())
    return gettext("The weekly in %(language)s, %(day)s") % {"language": language, "day": day}


def when(moment: datetime) -> str:
    """Day and hour at the newsroom."""
    local = moment.astimezone(newsroom().zone)
    return str(format_datetime(local, "EEEE d MMMM, HH:mm", locale=translation.get_language()))


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


def readers(count: int) -> str:
    return ngettext("%(count)s reader", "%(count)s readers", count) % {"count": f"{count:,}"}


def _stands(edition: Edition, now: datetime) -> str:
    if edition.state == "drafted":
        told = {"until": when(edition.expires_at), "readers": readers(readers_of(edition))}
        if edition.approvals.standing().exists():
            return gettext("waits for a second approval until %(until)s; about %(readers)s asked for it.") % told
        return gettext("waits for approval until %(until)s; about %(readers)s asked for it.") % told
    if edition.state == "approved" and edition.leaves_at and edition.leaves_at > now:
        told = {"time": lasting(edition.leaves_at - now), "readers": readers(readers_of(edition))}
        return gettext("is approved and leaves in %(time)s; about %(readers)s asked for it.") % told
    if edition.state == "approved":
        return gettext("is approved and is about to go out to about %(readers)s.") % {
            "readers": readers(readers_of(edition))
        }
    mailing = Mailing.objects.filter(key=edition.mailing_key).first()
    counts = mailing.counts() if mailing else {}
    frozen = (mailing.frozen or 0) if mailing else 0
    told = {
        "accepted": f"{counts.get(ACCEPTED, 0):,}",
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
    return gettext("expired: it was not approved in time, or could not go out in time.")
