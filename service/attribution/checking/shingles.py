"""Text as words, and runs of words: how two texts are known to be the same though somebody edited one."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

# Four: long enough that strangers seldom share one, short enough that one changed word costs itself alone.
WORDS_IN_SHINGLE = 4

Shingle = tuple[str, ...]
_WORD = re.compile(r"[^\W_]+")
_IN_NUMBER = re.compile("(?<=\\d)[.,\u2019' ](?=\\d{3}(?!\\d))")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def words(text: str) -> list[str]:
    """Folded: no case, no accents, no punctuation; 9,120 and 9.120 are one word."""
    plain = unicodedata.normalize("NFKD", _UNSEEN.sub("", text)).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _WORD.findall(_IN_NUMBER.sub("", plain))


def text_words(paragraphs: Iterable[str]) -> list[str]:
    return [word for paragraph in paragraphs for word in words(paragraph)]


def shingles(text: Sequence[str]) -> Iterator[Shingle]:
    return (tuple(text[at : at + WORDS_IN_SHINGLE]) for at in range(len(text) - WORDS_IN_SHINGLE + 1))


def covered(text: Sequence[str], known: Iterable[Shingle]) -> list[bool]:
    """For each word: does it stand in a run of words that is known?"""
    marks, known = [False] * len(text), known if isinstance(known, (set, frozenset, dict)) else set(known)
    for at, shingle in enumerate(shingles(text)):
        if shingle in known:
            marks[at : at + WORDS_IN_SHINGLE] = [True] * WORDS_IN_SHINGLE
    return marks
