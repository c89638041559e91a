"""Was the text changed in substance? The distance is the share of words that stand in no run of four
words common to both texts, on the side that lost or gained more. One changed word costs itself alone;
so house style, spelling and a cut clause stay below one word in twenty, while a paragraph that was
rewritten, added or dropped in an article of seven comes to about one in seven."""

from ..locate import Place
from ..page import Line, in_figure
from ..quotes import left_out, quote
from ..values import Judgement, Original
from .telling import telling

EDITED_LIGHTLY = 0.05
EDITED_MATERIALLY = 0.15
# A line of theirs between ours: short ones are captions, pull quotes and 'read also'.
_PARAGRAPH_WORDS = 25


def judge(place: Place, original: Original) -> Judgement:
    lost = [at for at in range(place.first, place.last) if not place.kept[at]]
    lines = [line for line in place.inside if _counts(place, line)]
    added = [at for line in lines for at in _words(place, line) if not place.marks[at]]
    total = max(place.last - place.first, sum(len(_words(place, line)) for line in lines), 1)
    distance = max(len(lost), len(added)) / total
    if distance > EDITED_MATERIALLY:
        return Judgement("edits", "fail", "edits_material", _shown(place, added, lost))
    told = telling(place, lost, added)
    if told:
        return Judgement("edits", "unsure", "edits_figure", told)
    if distance > EDITED_LIGHTLY:
        return Judgement("edits", "unsure", "edits_some", _shown(place, added, lost))
    return Judgement("edits", "pass", "edits_none")


def _words(place: Place, line: Line) -> range:
    return range(max(line.start, place.start), min(line.end, place.end))


def _counts(place: Place, line: Line) -> bool:
    """Lines that are ours in part, and whole paragraphs of theirs; captions are about their picture."""
    here = _words(place, line)
    if any(place.marks[at] for at in here):
        return True
    return len(here) >= _PARAGRAPH_WORDS and not in_figure(place.page, line)


def _shown(place: Place, added: list[int], lost: list[int]) -> str:
    return quote(place, added[0]) if added else left_out(place.text_words[at] for at in lost)
