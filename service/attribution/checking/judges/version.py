"""Which version stands there? Told by the runs of words that only the old or only the new one has."""

from ..locate import Place
from ..quotes import quote
from ..shingles import WORDS_IN_SHINGLE, Shingle, shingles, text_words
from ..values import Judgement, Original, Text


def judge(place: Place, original: Original) -> Judgement:
    current = original.texts[-1]
    here = {shingle: place.start + at for at, shingle in enumerate(shingles(place.page.words[place.start : place.end]))}
    for older in reversed(original.texts[:-1]):
        old, new = _only(older, current), _only(current, older)
        found = sorted(here[shingle] for shingle in old & here.keys())
        if len(found) > len(new & here.keys()):
            return _outdated(place, original, older, found[0] + WORDS_IN_SHINGLE - 1)
    return Judgement("version", "pass", "version_current")


def _outdated(place: Place, original: Original, older: Text, at: int) -> Judgement:
    since = {text.kind for text in original.texts if text.number > older.number}
    if "correction" in since:
        return Judgement("version", "fail", "version_corrected", quote(place, at))
    if "update" in since:
        return Judgement("version", "unsure", "version_updated", quote(place, at))
    return Judgement("version", "pass", "version_current")


def _only(one: Text, other: Text) -> set[Shingle]:
    return set(shingles(text_words(one.paragraphs))) - set(shingles(text_words(other.paragraphs)))
