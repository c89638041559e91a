"""Are the people named who wrote it?"""

from ..locate import Place
from ..quotes import row
from ..shingles import words
from ..values import Judgement, Original
from .byline import byline_lines


def judge(place: Place, original: Original) -> Judgement:
    lines = byline_lines(place)
    shown = [f" {' '.join(words(line.text))} " for line in lines]
    missing = [name for name in original.authors if not any(f" {' '.join(words(name))} " in text for text in shown)]
    if not missing:
        named = [line for line, text in zip(lines, shown, strict=True) if _any(original.authors, text)]
        return Judgement("authors", "pass", "authors_named", row(named[:2]))
    if all(_by_surname(name, shown) for name in missing):
        return Judgement("authors", "unsure", "authors_shortened", row(place.before[-3:]))
    return Judgement("authors", "fail", "authors_missing", ", ".join(missing))


def _any(names: tuple[str, ...], text: str) -> bool:
    return any(f" {' '.join(words(name))} " in text for name in names)


def _by_surname(name: str, shown: list[str]) -> bool:
    surname = words(name)[-1:]
    return bool(surname) and any(f" {surname[0]} " in text for text in shown)
