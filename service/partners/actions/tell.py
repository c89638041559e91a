"""What is owed to partners, done in one go: the clock's task, and a command."""

from dataclasses import dataclass
from datetime import datetime

from .changes import number_changes

SLICE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Report:
    changes: int

    def sentence(self) -> str:
        if not self.changes:
            return "Nothing to tell: partners know of every change."
        return f"{self.changes} changes can be read."


def tell_partners(now: datetime, seconds: float = SLICE_SECONDS) -> Report:
    return Report(changes=number_changes(now, seconds))
