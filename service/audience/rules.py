"""What a reader may ask for, in plain Python."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from service.toolbox.errors import ServiceError

WEEKLY, ALERTS, BOTH = "weekly", "alerts", "both"
WANTS = (WEEKLY, ALERTS, BOTH)

# Whoever types somebody else's address can't fill that person's mailbox.
MOST_LETTERS_TO_ONE_ADDRESS = 3
COUNTED_FOR = timedelta(days=1)

CONFIRM, UNSUBSCRIBE, PREFERENCES = "confirm", "unsubscribe", "preferences"
CONFIRM_WITHIN = timedelta(days=7)
PREFERENCES_WITHIN = timedelta(days=1)


def asked_by(kind: str) -> tuple[str, str]:
    """What readers who get that kind of edition have chosen."""
    return (BOTH, WEEKLY if kind == "weekly" else ALERTS)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a reader chose. `topics` are slugs; none means all."""

    language: str
    wants: str
    topics: tuple[str, ...] = ()


def choices(language: str, wants: str, topics: Iterable[str], languages: Iterable[str]) -> Choices:
    """Raises ServiceError with a sentence for the reader."""
    if language not in languages:
        raise ServiceError("Choose one of the languages.")
    if wants not in WANTS:
        raise ServiceError("Choose the weekly digest, alerts, or both.")
    return Choices(language, wants, tuple(sorted(set(topics))))
