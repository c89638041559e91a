"""Who was reached by several mailings together."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..models import Mailing, Message
from ..rules.verdicts import ACCEPTED, REMAINING


@dataclass(frozen=True, slots=True)
class Reached:
    """`readers` have a letter, each counted once as long as single letters are kept; `remaining` letters
    are still to leave."""

    readers: int
    remaining: int


def reached(keys: Iterable[str]) -> Reached:
    """By the keys of mailings; those that are none yet have reached nobody."""
    mailings = Mailing.objects.filter(key__in=list(keys))
    messages = Message.objects.filter(mailing__in=mailings)
    known = messages.filter(state=ACCEPTED).values("recipient_key").distinct().count()
    older = sum((final or {}).get(ACCEPTED, 0) for final in mailings.values_list("final", flat=True))
    return Reached(known + older, messages.filter(state__in=REMAINING).count())


def dropped(keys: Iterable[str], what: str) -> dict[str, int]:
    """Of those mailings the ones whose letters lost `what`, an opaque key, on the way; and how many have it."""
    rows = Mailing.objects.filter(key__in=list(keys)).values_list("key", "dropped")
    return {key: lost[what] for key, lost in rows if what in lost}
