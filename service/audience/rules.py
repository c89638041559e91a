"""What a reader may ask for, in plain Python."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from service.toolbox.errors import ServiceError

WEEKLY, ALERTS, BOTH = "weekly", "alerts", "both"
WANTS = (WEEKLY, ALERTS, BOTH)

CONFIRM, UNSUBSCRIBE, PREFERENCES = "confirm", "unsubscribe", "preferences"
CONFIRM_WITHIN = timedelta(days=7)
PREFERENCES_WITHIN = timedelta(days=1)
LONGEST_PAUSE = timedelta(days=366)
TOLD_IN = 10


def asked_by(kind: str) -> tuple[str, str]:
    """What readers who get that kind of edition have chosen."""
    return (BOTH, WEEKLY if kind == "weekly" else ALERTS)


def rounded(count: int) -> int:
    """Down to whole tens; 0 stands for fewer than ten. Whatever two such numbers are laid beside each other,
    of a part and the whole or of today and yesterday, their difference leads to no single reader."""
    return count - count % TOLD_IN


def untold(parts: Sequence[int]) -> set[int]:
    """The places of those of which no number is told beside their sum: whatever is below ten, and the next one
    above where without it the sum would lead there."""
    by_size = sorted(range(len(parts)), key=lambda place: parts[place])
    hidden = [place for place in by_size if parts[place] < TOLD_IN]
    if hidden and sum(parts[place] for place in hidden) < TOLD_IN:
        hidden = by_size[: len(hidden) + 1]
    return set(hidden)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a reader chose. `topics` and `countries` are slugs; none of either means all stories.
    `both_languages`: also, marked, stories that exist only in another language. `paused_until` is the
    first day on which letters come again. `quiet`: letters that give nobody away; `text_only`: without
    HTML; `appeals`: with donation calls."""

    language: str
    wants: str
    topics: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    both_languages: bool = False
    paused_until: date | None = None
    quiet: bool = False
    text_only: bool = False
    appeals: bool = True

    @property
    def interests(self) -> str:
        """The same words for the same topics and countries; "" for all stories."""
        told = [f"topic:{slug}" for slug in sorted(self.topics)]
        return " ".join(told + [f"country:{slug}" for slug in sorted(self.countries)])


def subjects_in(interests: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Topics and countries, from what `Choices.interests` gave."""
    told = [word.partition(":")[::2] for word in interests.split()]
    topics, countries = ([slug for kind, slug in told if kind == which] for which in ("topic", "country"))
    return tuple(topics), tuple(countries)


def check(chosen: Choices, languages: Iterable[str], today: date) -> Choices:
    """Raises ServiceError with a sentence for the reader."""
    if chosen.language not in languages:
        raise ServiceError("Choose one of the languages.")
    if chosen.wants not in WANTS:
        raise ServiceError("Choose the weekly digest, alerts, or both.")
    if chosen.paused_until and not today < chosen.paused_until <= today + LONGEST_PAUSE:
        raise ServiceError("Choose a day within the next year.")
    return chosen
