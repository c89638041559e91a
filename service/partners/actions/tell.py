"""What is owed to partners, done in one go: the clock's task, and a command."""

from dataclasses import dataclass
from datetime import datetime

from .changes import number_changes
from .telling import send_notices

SLICE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Report:
    changes: int
    notices: int
    letters: int

    def sentence(self) -> str:
        told = [
            (self.changes, "changes can be read"),
            (self.notices, "notices are new"),
            (self.letters, "letters about them were written"),
        ]
        words = "; ".join(f"{count} {what}" for count, what in told if count)
        return f"{words}." if words else "Nothing to tell: partners know of every change."


def tell_partners(now: datetime, seconds: float = SLICE_SECONDS) -> Report:
    """The letters first: they may be about somebody's safety."""
    sent = send_notices(now, seconds / 2)
    return Report(number_changes(now, seconds / 2), sent.notices, sent.letters)
