"""How often whoever carries an article hears of what became of it, until they answer.

A withdrawal and a byline taken off may be about somebody's safety: a letter at once, after one hour, after
24 and after 72; a day later the desk is told that nobody answered. A correction: a letter at once and
one after 24 hours, and the desk sees on its page who has not answered.
"""

from dataclasses import dataclass
from datetime import timedelta

CORRECTION, WITHDRAWAL, BYLINE = "correction", "withdrawal", "byline"
KINDS = (CORRECTION, WITHDRAWAL, BYLINE)
NAMED = "named"  # kind of a later version, for a byline that was taken off, once no name is withheld any more
MAKE_POINTLESS = (WITHDRAWAL, "restored")  # kinds of a later version, for every notice before

TAKEN_DOWN, CORRECTED, NEVER_USED = "taken down", "corrected", "never used"
ANSWERS = (TAKEN_DOWN, CORRECTED, NEVER_USED)

LETTER, DESK = "letter", "desk"


@dataclass(frozen=True, slots=True)
class Turn:
    """Who is written to now, and how long until the next turn; None: this was the last."""

    to: str
    pause: timedelta | None = None


_URGENT = (
    Turn(LETTER, timedelta(hours=1)),
    Turn(LETTER, timedelta(hours=23)),
    Turn(LETTER, timedelta(hours=48)),
    Turn(LETTER, timedelta(hours=24)),
    Turn(DESK),
)
_TURNS = {
    WITHDRAWAL: _URGENT,
    BYLINE: _URGENT,
    CORRECTION: (Turn(LETTER, timedelta(hours=24)), Turn(LETTER)),
}
_HOOK_PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 30, 60, 120, 240, 480, 480, 1440, 1440))  # three days


def turn(kind: str, letters: int) -> Turn | None:
    """What is owed after so many letters; None: nothing any more."""
    turns = _TURNS[kind]
    return turns[letters] if letters < len(turns) else None


def answers(kind: str) -> tuple[str, ...]:
    """A withdrawn article can't be corrected."""
    return (TAKEN_DOWN, NEVER_USED) if kind == WITHDRAWAL else (CORRECTED, TAKEN_DOWN, NEVER_USED)


def superseded(kind: str, later: set[str], *, withheld: bool) -> bool:
    """Whether what came of the article since makes this notice pointless: it is withdrawn or back, another
    notice of the same kind says the same anew, or every name is back. `withheld`: one is not."""
    if kind == BYLINE and NAMED in later and not withheld:
        return True
    return bool(later & {*MAKE_POINTLESS, kind})


def hook_pause(failures: int) -> timedelta | None:
    """Until the next call, if the one after so many failures fails too; None: then it is given up."""
    return _HOOK_PAUSES[failures] if failures < len(_HOOK_PAUSES) else None
