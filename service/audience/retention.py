"""What is held about a reader, and until when: one list, which the page shows and the sweep obeys."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.utils.translation import gettext_noop as _

from service.delivery.actions import retention as delivery
from service.delivery.actions.plan import forget_salts
from service.feedback.actions import close_due, forget_comments
from service.feedback.rules import VOTING_LASTS
from service.newsroom.current import newsroom

from . import actions, erasure, giving, limits
from .rules import CONFIRM_WITHIN

log = structlog.get_logger(__name__)

SECONDS = 4.0  # of a beat's slice
ABOUT_ONE = ("reader:", "django:", "test:")  # how mailings begin that are letters to one person


@dataclass(frozen=True, slots=True)
class Rule:
    """`what` is held and `until` when, as sentences for readers; `after` is when the sweep clears it, by
    `clear(before, now)`, and None where it goes with the reader or stays. `lasts` says it where newsroom.toml
    does. `name` is for the log."""

    name: str
    what: str
    until: str
    after: timedelta | None = None
    clear: Callable[[datetime, datetime], int] = lambda before, now: 0
    lasts: Callable[[], timedelta] | None = None

    @property
    def span(self) -> timedelta | None:
        return self.lasts() if self.lasts else self.after

    @property
    def days(self) -> int:
        return self.span.days if self.span else 0


RULES = [
    Rule(
        "addresses",
        _("Your mail address, encrypted: it is opened only to write to you."),
        _("Until you erase it, or %(days)d days after you unsubscribe."),
        timedelta(days=90),
        erasure.forget_left,
    ),
    Rule(
        "choices",
        _("What you chose, when you agreed to what, and in which words."),
        _("As long as your address."),
    ),
    Rule(
        "unconfirmed sign-ups",
        _("A sign-up that nobody confirmed."),
        _("%(days)d days."),
        CONFIRM_WITHIN,
        lambda before, now: actions.forget_unconfirmed(now),
    ),
    Rule(
        "messages of finished mailings",
        _("Which letters were sent to you, and whether your mail server took them."),
        _("%(days)d days. Then only numbers are left, of all readers together."),
        timedelta(days=90),
        lambda before, now: delivery.reduce_messages(before, SECONDS),
    ),
    Rule(
        "letters to one reader",
        _("Letters about your subscription itself, such as the one with a link to confirm."),
        _("%(days)d days."),
        timedelta(days=30),
        lambda before, now: delivery.forget_mailings(ABOUT_ONE, before),
    ),
    Rule(
        "bounces",
        _("That a letter to you came back, and why."),
        _("%(days)d days."),
        timedelta(days=90),
        lambda before, now: delivery.forget_bounces(before),
    ),
    Rule(
        "quarantined mail",
        _("A mail about one of our letters that our programs did not understand, encrypted."),
        _("Until somebody at the desk has seen to it."),
    ),
    Rule(
        "tallies",
        _("How often somebody typed your address, as a hash that only we can make, so that nobody can flood you."),
        _("%(days)d days."),
        limits.WEEK,
        lambda before, now: limits.forget_tallies(now),
    ),
    Rule(
        "votings",
        _("Whether a story was helpful, if you told us: under a mark that leads to you only by a secret."),
        _("%(days)d days after the letter. Then mark and secret are deleted, and only numbers are left."),
        VOTING_LASTS,
        lambda before, now: _close_votings(now),
    ),
    Rule(
        "comments",
        _("What you wrote to the desk about a story, if you did: without your address, and apart from your answer."),
        _("%(days)d days, or until the desk deletes it before."),
        timedelta(days=90),
        lambda before, now: forget_comments(before.date()),
    ),
    Rule(
        "last calls",
        _("The week in which a letter last asked you for a donation, so that you are not asked too often."),
        _("%(days)d days."),
        clear=lambda before, now: giving.forget_asked(before.date()),
        lasts=lambda: timedelta(weeks=newsroom().ask_budget.every_weeks + 1),
    ),
    Rule(
        "givers",
        _("That you gave, if you did and we know of it: only until when you are thanked and not asked, to the month."),
        _("Until that month, %(days)d days after the gift at most."),
        clear=lambda before, now: giving.forget_givers(now.date()),
        lasts=lambda: timedelta(days=31 * (newsroom().ask_budget.after_gift_months + 1)),
    ),
    Rule(
        "networks",
        _("How often something was asked for from your network, as a hash that changes every day. No IP address."),
        _("Until the end of the day."),
    ),
    Rule(
        "suppressions",
        _("After you leave, erase everything or were not to be reached: a hash of your address that only we can make."),
        _("For good. It is there so that nobody can write to you again by mistake. Subscribe again, and it yields."),
    ),
]


def also(rule: Rule) -> None:
    """A room above this one holds something as well; said when its app is ready."""
    if rule.name not in [known.name for known in RULES]:
        RULES.append(rule)


def _close_votings(now: datetime) -> int:
    """Delivery needs the secret only while letters go out."""
    forget_salts(now)
    return close_due(now)


def sweep(now: datetime) -> dict[str, int]:
    """A slice of what has had its time is cleared away. Returns how many rows of what."""
    spans = [(rule, rule.span) for rule in RULES]
    cleared = {rule.name: rule.clear(now - span, now) for rule, span in spans if span}
    if any(cleared.values()):
        log.info("cleared away what had its time", **{name.replace(" ", "_"): count for name, count in cleared.items()})
    return cleared


def sentence(cleared: dict[str, int]) -> str:
    """Such as `Cleared away: 3 unconfirmed sign-ups, 2 bounces.`"""
    told = ", ".join(f"{count:,} {name}" for name, count in cleared.items() if count)
    return f"Cleared away: {told}." if told else "Nothing has had its time yet."
