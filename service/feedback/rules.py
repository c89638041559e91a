"""What readers' answers come to, and when they may be told. Plain Python."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

VOTING_LASTS = timedelta(days=14)
FEWEST_TOLD = 10  # of fewer answers nothing is told: a number that small is somebody
USEFUL_FROM = 0.6
MOST_USEFUL = 3
LONGEST_COMMENT = 2000
MOST_A_MINUTE = 60  # through a door that asks nobody who they are; from all together


@dataclass(frozen=True, slots=True)
class Answers:
    """`name` is the story's, within what it stood in."""

    name: str
    yes: int
    no: int

    @property
    def total(self) -> int:
        return self.yes + self.no

    @property
    def share(self) -> float:
        """Who said yes; 0 where nobody answered."""
        return self.yes / self.total if self.total else 0.0

    @property
    def may_be_told(self) -> bool:
        return self.total >= FEWEST_TOLD

    @property
    def sentence(self) -> str:
        return f"{self.yes} of {self.total} said yes" if self.may_be_told else "fewer than ten"


def key_of(subject: str, name: str) -> str:
    """`subject` is what the story stood in, such as `edition:weekly-2026-w47-en`."""
    return f"{subject}#{name}"


def most_useful(answers: Iterable[Answers]) -> list[str]:
    """Up to three names, the most helpful first."""
    good = [one for one in answers if one.may_be_told and one.share >= USEFUL_FROM]
    return [one.name for one in sorted(good, key=lambda one: (-one.share, -one.total, one.name))[:MOST_USEFUL]]


def tidy(comment: str) -> str:
    """Plain text: no control character but the line's end."""
    lines = comment.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in lines if one == "\n" or one.isprintable()).strip()
