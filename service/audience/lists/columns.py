"""Which column says what, by its name: our own names, and those of listmonk, Mailchimp and Ghost. What is
not named here (people's names, network addresses, notes, places) is never looked at."""

from collections import Counter
from dataclasses import dataclass

from service.toolbox.errors import ServiceError

# The first that a file has counts. Mailchimp's "Address" is where somebody lives, so it comes last.
_ADDRESS = ("email address", "email", "e-mail", "address")
# Of these, the first that is filled: ours, Mailchimp's two, listmonk's and Ghost's.
_CONFIRMED = ("confirmed_at", "confirm_time", "optin_time", "created_at")
# Whoever has something here has left: Mailchimp's, Ghost's.
_LEFT_IF_FILLED = ("unsub_time", "clean_time", "deleted_at", "unsubscribed_at")
# Whoever has anything else here does not get letters there: listmonk's and Mailchimp's, Ghost's.
_STAYS_IF = {"status": ("enabled", "subscribed", "active"), "subscribed_to_emails": ("true",)}
# Mailchimp says it by the file's name alone.
_LEFT_FILES = ("unsubscribed_", "nonsubscribed_", "cleaned_")


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions in a row, the ones to look at first in front."""

    width: int
    address: tuple[int, ...]
    language: tuple[int, ...]
    wants: tuple[int, ...]
    topics: tuple[int, ...]
    countries: tuple[int, ...]
    confirmed: tuple[int, ...]
    source: tuple[int, ...]
    left_if_filled: tuple[int, ...]
    stays_if: tuple[tuple[int, tuple[str, ...]], ...]
    all_left: bool = False

    @property
    def tell_who_left(self) -> bool:
        return bool(self.left_if_filled or self.stays_if) and not self.all_left


def find(header: tuple[str, ...], file_name: str) -> Columns:
    """Raises ServiceError where no column holds addresses, or two have the same name."""
    names = [name.strip().casefold() for name in header]
    twice = [name for name, count in Counter(names).items() if name and count > 1]
    if twice:
        raise ServiceError(f"Two columns are called {', '.join(twice)}. Rename or delete one, and run it again.")
    address = _at(names, *_ADDRESS)[:1]
    if not address:
        raise ServiceError("No column of the first row is called email or address. Name the columns there.")
    return Columns(
        width=len(names),
        address=address,
        language=_at(names, "language"),
        wants=_at(names, "wants"),
        topics=_at(names, "topics"),
        countries=_at(names, "countries"),
        confirmed=_at(names, *_CONFIRMED),
        source=_at(names, "source"),
        left_if_filled=_at(names, *_LEFT_IF_FILLED),
        stays_if=tuple((names.index(name), words) for name, words in _STAYS_IF.items() if name in names),
        all_left="member_rating" in names and file_name.casefold().startswith(_LEFT_FILES),
    )


def _at(names: list[str], *wanted: str) -> tuple[int, ...]:
    return tuple(names.index(name) for name in wanted if name in names)
