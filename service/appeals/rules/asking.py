"""Whether one reader is asked in one letter: each rule tells why, or why not. Whom only the ask budget keeps
from being asked still finds the donation page named once, in the letter's foot; whoever wants no calls does not.

The same is decided for very many readers at once in SQL (service/editions/actions/asking.py); a test holds
the two together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

ASK, LINK, PLAIN, THANKS = "ask", "link", "plain", "thanks"
CHOICE, QUIET, LETTER, STORY, GIFT, BUDGET, UNDER_WAY = (
    "choice",
    "quiet",
    "letter",
    "story",
    "gift",
    "budget",
    "under way",
)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Facts:
    """`asked_in` is the Monday of the week in which the reader was last asked; `thanks_until` the first day on
    which a giver may be asked again; `silenced`: the desk said that this letter asks nobody; `crowded`: a
    marked story stands beside every place for a call; `under_way`: another letter that asks is on its way."""

    takes_calls: bool = True
    quiet: bool = False
    thanks_until: date | None = None
    asked_in: date | None = None
    silenced: bool = False
    crowded: bool = False
    under_way: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """`against`: this alone keeps the letter from asking. `until` is the first day on which it no longer does,
    where that is known."""

    rule: str
    against: bool
    until: date | None = None


def monday(day: date) -> date:
    """That begins its week (ISO 8601)."""
    return day - timedelta(days=day.weekday())


def asked_since(today: date, every_weeks: int) -> date:
    """The earliest week that counts: asked in it or later, a reader is not asked again. Never more than once
    in any `every_weeks` calendar weeks running."""
    return monday(today) - (every_weeks - 1) * WEEK


def may_be_asked_from(asked_in: date, every_weeks: int) -> date:
    return asked_in + every_weeks * WEEK


def thanked_until(gave: date, months: int) -> date:
    """So many months after the gift, up to the next month's first day: what is kept tells no day of a gift."""
    count = gave.year * 12 + gave.month - 1 + months + 1
    return date(count // 12, count % 12 + 1, 1)


def reasons(facts: Facts, today: date, every_weeks: int) -> tuple[Reason, ...]:
    """One of each rule, in the order in which they count."""
    gave = bool(facts.thanks_until and facts.thanks_until > today)
    asked = bool(facts.asked_in and facts.asked_in >= asked_since(today, every_weeks))
    again = may_be_asked_from(facts.asked_in, every_weeks) if asked and facts.asked_in else None
    return (
        Reason(LETTER, facts.silenced),
        Reason(STORY, facts.crowded),
        Reason(CHOICE, not facts.takes_calls),
        Reason(QUIET, facts.quiet),
        Reason(GIFT, gave, facts.thanks_until if gave else None),
        Reason(BUDGET, asked, again),
        Reason(UNDER_WAY, facts.under_way),
    )


def verdict(told: Sequence[Reason]) -> str:
    """The first that is against it decides: a gift turns the call into thanks, the budget into a link."""
    first = next((one.rule for one in told if one.against), "")
    return {"": ASK, GIFT: THANKS, BUDGET: LINK, UNDER_WAY: LINK}.get(first, PLAIN)
