"""What changed between two versions of a text, paragraph by paragraph and then word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

KEPT, ADDED, REMOVED, CHANGED = "kept", "added", "removed", "changed"
_ALIKE = 0.4  # two paragraphs with less in common are one that went and another that came
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`old` is "" for one that was added, `new` for one that was removed."""

    state: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of words in a paragraph that changed: kept, added or removed."""

    state: str
    text: str


def compare(old: Sequence[str], new: Sequence[str]) -> tuple[Paragraph, ...]:
    """In reading order: `old` stands in it whole and in order, and so does `new`."""
    found: list[Paragraph] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Paragraph(KEPT, text, text) for text in old[a:b]]
        else:
            found += _replaced(old[a:b], new[c:d])
    return tuple(found)


def words(paragraph: Paragraph) -> tuple[Stretch, ...]:
    before, after = _WORDS.findall(paragraph.old), _WORDS.findall(paragraph.new)
    found: list[Stretch] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Stretch(KEPT, "".join(before[a:b])))
            continue
        found += [Stretch(REMOVED, "".join(before[a:b]))] if a < b else []
        found += [Stretch(ADDED, "".join(after[c:d]))] if c < d else []
    return tuple(found)


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    """Each old paragraph meets the first new one that is like it; what stands between is removed, added."""
    next_new = 0
    for text in old:
        like = next((at for at in range(next_new, len(new)) if _alike(text, new[at])), None)
        if like is None:
            yield Paragraph(REMOVED, text, "")
            continue
        yield from (Paragraph(ADDED, "", added) for added in new[next_new:like])
        yield Paragraph(CHANGED, text, new[like])
        next_new = like + 1
    yield from (Paragraph(ADDED, "", added) for added in new[next_new:])


def _alike(old: str, new: str) -> bool:
    matcher = SequenceMatcher(None, old.split(), new.split(), autojunk=False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
