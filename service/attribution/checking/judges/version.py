"""Which version stands there? Each change is told by the runs of words that only the text before it has or
only the one after it; what was added at an end, by being missing though the page comes so far."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, pairwise, product

from ..locate import Place
from ..page import Line
from ..quotes import quote, row, short
from ..shingles import WORDS_IN_SHINGLE, Shingle, covered, shingles, text_words, words
from ..values import Judgement, Original, Text, Verdict
from .extent import begins_late, ends_early


@dataclass(frozen=True, slots=True)
class _Said:
    """A version's words. `known` are its shingles."""

    kind: str
    words: list[str]
    known: frozenset[Shingle]
    title: list[str]
    standfirst: list[str]


_Change = tuple[_Said, _Said]


def judge(place: Place, original: Original) -> Judgement:
    said = [_said(text) for text in original.texts]
    changes = list(pairwise(said))
    corrections = [change for change in changes if change[1].kind == "correction"]
    others = [change for change in changes if change[1].kind == "update"]
    found = (
        _text(place, corrections, said[-1], "fail", "version_corrected")
        or _heads(place, corrections, said[-1])
        or _text(place, others, said[-1], "unsure", "version_updated")
    )
    return found or Judgement("version", "pass", "version_current")


def _said(text: Text) -> _Said:
    here = text_words(text.paragraphs)
    return _Said(text.kind, here, frozenset(shingles(here)), words(text.title), words(text.standfirst))


def _text(place: Place, changes: list[_Change], current: _Said, verdict: Verdict, why: str) -> Judgement | None:
    for older, newer in changes:
        at = _lacks(place, older, newer, current)
        if at is not None:
            return Judgement("version", verdict, why, quote(place, at))
    return None


def _lacks(place: Place, older: _Said, newer: _Said, current: _Said) -> int | None:
    """The page's word that shows that it stands as it was before this change."""
    here = {shingle: place.start + at for at, shingle in enumerate(shingles(place.page.words[place.start : place.end]))}
    gone, new = older.known - newer.known, newer.known - older.known
    if not gone:
        return _ends_without(place, older, newer, current)
    found = sorted(here[shingle] for shingle in (gone - current.known) & here.keys())
    return found[0] + WORDS_IN_SHINGLE - 1 if len(found) > len(new & here.keys()) else None


def _ends_without(place: Place, older: _Said, newer: _Said, current: _Said) -> int | None:
    """Something was added above or below, and nothing of it, nor of what became of it, is on the page."""
    added = (newer.known | current.known) - older.known
    kept = covered(older.words, set(shingles(place.page.words[place.start : place.end])))
    above = newer.words[:WORDS_IN_SHINGLE] != older.words[:WORDS_IN_SHINGLE]
    below = newer.words[-WORDS_IN_SHINGLE:] != older.words[-WORDS_IN_SHINGLE:]
    if not any(kept) or current.known <= older.known or not added.isdisjoint(shingles(place.page.words)):
        return None
    as_it_was = replace(place, text_words=older.words, kept=kept)
    if below and not ends_early(as_it_was):
        return place.end - 1
    return place.start if above and not begins_late(as_it_was) else None


def _heads(place: Place, corrections: list[_Change], current: _Said) -> Judgement | None:
    """Of titles and standfirsts that were corrected. A partner's own title may say what ours said wrongly."""
    titles = [before.title for before, after in corrections if before.title not in (after.title, current.title)]
    standfirsts = [
        one.standfirst for one, after in corrections if one.standfirst not in (after.standfirst, current.standfirst)
    ]
    lines = {line.text: words(line.text) for line in _lines(place)}
    replaced = [*product(titles, [current.title]), *product(standfirsts, [current.standfirst])]
    for old, new in replaced:
        for shown, line in lines.items():
            if _says(line, old) and not (len(new) > len(old) and _says(line, new)):
                return Judgement("version", "fail", "version_corrected", short(shown))
    if titles and not any(_says(line, current.title) for line in lines.values()):
        return Judgement("version", "unsure", "version_heading", row(_titles(place)))
    return None


def _lines(place: Place) -> Iterator[Line]:
    """Where a title may stand: the page's own, and what names ours above and below the text."""
    return chain(_titles(place), place.before, place.after)


def _titles(place: Place) -> list[Line]:
    return [line for line in place.page.lines if line.heading == "h1" and not place.furniture[line.node]]


def _says(line: list[str], text: list[str]) -> bool:
    """A title of a word or two stands in many a line; it must be all of it."""
    if len(text) < WORDS_IN_SHINGLE:
        return bool(text) and line == text
    return any(line[at : at + len(text)] == text for at in range(len(line) - len(text) + 1))
