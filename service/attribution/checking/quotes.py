"""Evidence: a few words of the page as they stand there."""

from collections.abc import Iterable, Sequence

from .locate import Place
from .page import Line

MOST_CHARACTERS = 160
NONE = "-"
_WORDS_BESIDE = 6


def short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1].rstrip()}…"


def quote(place: Place, at: int) -> str:
    """The line that holds the page's word `at`; of a long one the part near it."""
    line = next((line for line in place.page.lines if line.start <= at < line.end), None)
    if line is None:
        return ""
    text = line.text
    share = (at - line.start) / max(line.end - line.start, 1)
    if len(text) <= MOST_CHARACTERS or share * len(text) < MOST_CHARACTERS / 2:
        return short(text)
    begin = text.rfind(" ", 0, max(int(share * len(text)) - MOST_CHARACTERS // 3, 0)) + 1
    return short(f"…{text[begin:]}")


def row(lines: Iterable[Line]) -> str:
    return short(" / ".join(line.text for line in lines if line.text))


def left_out(said: Iterable[str]) -> str:
    """Words of ours that the page lacks."""
    return short(f"[-] {' '.join(said)}")


def hole(said: Sequence[str], at: int, length: int) -> str:
    """What stands around some words that must not be repeated."""
    before, after = said[max(at - _WORDS_BESIDE, 0) : at], said[at + length : at + length + _WORDS_BESIDE]
    return short(" ".join([*before, "[…]", *after]))
