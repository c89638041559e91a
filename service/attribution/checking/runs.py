"""The stretch of a page that holds our text: unbroken runs of known words, and which of them belong
together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from .shingles import Shingle, shingles

# Two shingles side by side or more: one alone is often a common phrase.
_RUN_WORDS = 8
# Advertisements, pull quotes and rewritten paragraphs interrupt a text; another story is further off.
# A gallery or a row of teasers may be longer: then what follows must go on with the text, not repeat it.
_GAP_WORDS, _WIDE_GAP_WORDS = 150, 3000
# A teaser that repeats our beginning is shorter than this share of what follows it.
_TEASER_SHARE = 1 / 3


@dataclass(frozen=True, slots=True)
class Run:
    """Words `start` to `end` of the page, and the shingles of ours in it."""

    start: int
    end: int
    known: frozenset[Shingle]


def stretch(text: Sequence[str], marks: Sequence[bool], known: frozenset[Shingle]) -> tuple[int, int]:
    """From its first word to its last; (0, 0) where there is none."""
    clusters = _clusters(_runs(text, marks, known))
    best = _without_teasers(max(clusters, key=_size, default=[]))
    return (best[0].start, best[-1].end) if best else (0, 0)


def _runs(text: Sequence[str], marks: Sequence[bool], known: frozenset[Shingle]) -> list[Run]:
    found, at = [], 0
    for mark, group in groupby(marks):
        length = sum(1 for _ in group)
        if mark and length >= min(_RUN_WORDS, len(known) + 3):
            here = frozenset(shingle for shingle in shingles(text[at : at + length]) if shingle in known)
            found.append(Run(at, at + length, here))
        at += length
    return found


def _clusters(runs: Sequence[Run]) -> list[list[Run]]:
    clusters: list[list[Run]] = []
    said: set[Shingle] = set()
    for run in runs:
        gap = run.start - clusters[-1][-1].end if clusters else _WIDE_GAP_WORDS + 1
        if gap <= _GAP_WORDS or (gap <= _WIDE_GAP_WORDS and said.isdisjoint(run.known)):
            clusters[-1].append(run)
        else:
            clusters.append([run])
            said = set()
        said |= run.known
    return clusters


def _size(runs: Sequence[Run]) -> int:
    return len({shingle for run in runs for shingle in run.known})


def _without_teasers(runs: list[Run]) -> list[Run]:
    """Neither one before the text nor one after it: all that it says is said again."""
    counts = Counter(shingle for run in runs for shingle in run.known)
    spare = _size(runs) * _TEASER_SHARE
    for end in (0, -1):
        while len(runs) > 1 and len(runs[end].known) <= spare and all(counts[one] > 1 for one in runs[end].known):
            counts.subtract(runs[end].known)
            spare -= len(runs[end].known)
            runs = runs[1:] if end == 0 else runs[:-1]
    return runs
