"""Where an article's text stands on a page, and what stands just before and just after it."""

from collections.abc import Iterator
from dataclasses import dataclass

from .page import Line, Link, Page
from .runs import stretch
from .shingles import covered, shingles, text_words
from .surroundings import after, before, furniture, holding
from .values import Original, Text

# Less than this is a quotation, which needs nobody's licence.
_LEAST_WORDS, _LEAST_SHARE = 40, 0.3


@dataclass(frozen=True, slots=True)
class Place:
    """Words `start` to `end` of the page are ours, in the version `text` or nearly so. `marks` says for
    each word of the page whether it stands in a run of ours, `kept` for each of `text_words` whether
    the page has it. `holders` are the elements that hold our text, `furniture` says of each element whether
    it is some; `before` and `after` are the article's own lines."""

    page: Page
    text: Text
    text_words: list[str]
    start: int
    end: int
    marks: list[bool]
    kept: list[bool]
    holders: set[int]
    furniture: list[bool]
    before: list[Line]
    after: list[Line]

    @property
    def first(self) -> int:
        """The first of our words that is there."""
        return self.kept.index(True)

    @property
    def last(self) -> int:
        """Just after the last of our words that is there."""
        return len(self.kept) - self.kept[::-1].index(True)

    @property
    def inside(self) -> list[Line]:
        """Lines of the stretch, without what themes put between."""
        found = (line for line in self.page.lines if line.end > self.start and line.start < self.end)
        return [line for line in found if not self.furniture[line.node]]

    def links(self, start: int, end: int) -> Iterator[Link]:
        """Those of the article between two words of the page that a reader can see."""
        for link in self.page.links:
            if start <= link.at < end and link.text and not self.furniture[link.node]:
                yield link

    @property
    def reach(self) -> tuple[int, int]:
        """From the first word of the block before to the last of the block after."""
        start = min([self.start, *(line.start for line in self.before)])
        return start, max([self.end, *(line.end for line in self.after)])


def locate(page: Page, original: Original) -> Place | None:
    """None where the page holds no more of any version than a quotation."""
    ours = {text.number: text_words(text.paragraphs) for text in original.texts}
    known = frozenset(shingle for words in ours.values() for shingle in shingles(words))
    marks = covered(page.words, known)
    start, end = stretch(page.words, marks, known)
    here = set(shingles(page.words[start:end]))
    kept = {number: covered(words, here) for number, words in ours.items()}
    best = max(original.texts, key=lambda text: (sum(kept[text.number]), text.number), default=None)
    if best is None or sum(kept[best.number]) < max(1, min(_LEAST_WORDS, _LEAST_SHARE * len(ours[best.number]))):
        return None
    holders = holding(page, marks, start, end)
    aside = furniture(page, holders, original.attribution.original)
    around = before(page, original.attribution.title, start, aside), after(page, end, aside)
    return Place(page, best, ours[best.number], start, end, marks, kept[best.number], holders, aside, *around)
