"""Was the text changed in substance? The distance is the share of words that stand in no run of four
words common to both texts, on the side that lost or gained more. One changed word costs itself alone;
so house style, spelling and a cut clause stay below one word in twenty, while a paragraph that was
rewritten, added or dropped in an article of seven comes to about one in seven."""

from ..locate import Place
from ..page import Line
from ..quotes import quote, short
from ..shingles import covered, shingles
from ..values import Judgement, Original

EDITED_LIGHTLY = 0.05
EDITED_MATERIALLY = 0.15
# A line of theirs between ours: short ones are captions, pull quotes and 'read also'.
_PARAGRAPH_WORDS = 25
_TELLING = {"not", "no", "never", "without", "nobody", "none", "nunca", "jamas", "nadie", "sin", "ningun", "ninguno"}


def judge(place: Place, original: Original) -> Judgement:
    lost = [word for word, kept in zip(_stretch(place), place.kept[place.first : place.last], strict=True) if not kept]
    lines = [line for line in place.inside if _counts(place, line)]
    added = [at for line in lines for at in _words(place, line) if not place.marks[at]]
    total = max(place.last - place.first, sum(len(_words(place, line)) for line in lines), 1)
    distance = max(len(lost), len(added)) / total
    if distance > EDITED_MATERIALLY:
        return Judgement("edits", "fail", "edits_material", _shown(place, added, lost))
    telling = [at for at in added if _is_telling(place.page.words[at])]
    if telling and any(_is_telling(word) for word in lost):
        return Judgement("edits", "unsure", "edits_figure", quote(place, telling[0]))
    if distance > EDITED_LIGHTLY:
        return Judgement("edits", "unsure", "edits_some", _shown(place, added, lost))
    return Judgement("edits", "pass", "edits_none")


def _stretch(place: Place) -> list[str]:
    return place.text_words[place.first : place.last]


def _words(place: Place, line: Line) -> range:
    return range(max(line.start, place.start), min(line.end, place.end))


def _counts(place: Place, line: Line) -> bool:
    """Lines that are ours in part, and whole paragraphs of theirs."""
    here = _words(place, line)
    return len(here) >= _PARAGRAPH_WORDS or any(place.marks[at] for at in here)


def _is_telling(word: str) -> bool:
    return word.isdigit() or word in _TELLING


def _shown(place: Place, added: list[int], lost: list[str]) -> str:
    return quote(place, added[0]) if added else short(f"– {' '.join(lost)}")
