"""Small edits that turn a sense round: a figure that became another, a 'not' that came or went."""

from collections.abc import Iterator, Sequence

from ..locate import Place
from ..quotes import left_out, quote

_NOT = {"not", "no", "never", "nobody", "nor", "without", "nunca", "jamas", "nadie", "ni", "sin", "ningun", "ninguna"}
# More words in a row are a rewritten sentence: then the distance speaks.
_SMALL = 3
_WORDS_SHOWN = 8


def telling(place: Place, lost: Sequence[int], added: Sequence[int]) -> str:
    """A quote that shows it; "" where there is none."""
    figures = [at for at in added if place.page.words[at].isdigit()]
    if figures and any(place.text_words[at].isdigit() for at in lost):
        return quote(place, figures[0])
    for hole in _holes(added):
        if any(place.page.words[at] in _NOT for at in hole):
            return quote(place, hole[0])
    for hole in _holes(lost):
        if any(place.text_words[at] in _NOT for at in hole):
            ours = place.text_words[max(hole[0] - _WORDS_SHOWN, 0) : hole[-1] + _WORDS_SHOWN]
            return left_out(ours)
    return ""


def _holes(places: Sequence[int]) -> Iterator[list[int]]:
    """Those of at most a few words, with kept words on both sides."""
    hole: list[int] = []
    for at in [*places, -1]:
        if hole and at != hole[-1] + 1:
            if len(hole) <= _SMALL:
                yield hole
            hole = []
        hole.append(at)
