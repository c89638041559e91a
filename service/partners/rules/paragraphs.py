"""Two versions of a text, laid beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Change:
    """What stood there, and what stands there now; "" where nothing did or does."""

    before: str
    after: str


def changes(before: Sequence[str], after: Sequence[str]) -> list[Change]:
    """In the order of the text; what did not change is left out."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [
        Change("\n\n".join(before[i:j]), "\n\n".join(after[k:m]))
        for tag, i, j, k, m in matcher.get_opcodes()
        if tag != "equal"
    ]
