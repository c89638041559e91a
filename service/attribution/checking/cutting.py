"""A line cut where our text begins or ends in it: a byline may stand in the same block as the story."""

import re
from dataclasses import replace

from .page import Line, Run
from .shingles import words

_PIECE = re.compile(r"\S+\s*|\s+")


def head(line: Line, end: int) -> Line:
    """Up to the page's word `end`."""
    return replace(line, runs=tuple(_taken(line.runs, 0, end - line.start)), end=min(end, line.end))


def tail(line: Line, start: int) -> Line:
    """From the page's word `start` on."""
    return replace(line, runs=tuple(_taken(line.runs, start - line.start, line.end - line.start)), start=start)


def _taken(runs: tuple[Run, ...], first: int, end: int) -> list[Run]:
    """Pieces between blanks; a number with blanks in it may count as more words than it is."""
    taken, at = [], 0
    for run in runs:
        kept = []
        for piece in _PIECE.findall(run.text):
            if first <= at < end:
                kept.append(piece)
            at += len(words(piece))
        if kept:
            taken.append(Run("".join(kept), run.author))
    return taken
