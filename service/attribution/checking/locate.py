"""Where an article's text stands on a page, and what stands just before and just after it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .links import host
from .page import Line, Link, Page, ancestors
from .shingles import WORDS_IN_SHINGLE, Shingle, covered, shingles, text_words, words
from .values import Original, Text

# Two shingles side by side: one alone is often a common phrase.
_RUN_WORDS = 8
# Advertisements, pull quotes and rewritten paragraphs interrupt a text; another page's part is further off.
_GAP_WORDS = 150
# Less than this is a quotation, which needs nobody's licence.
_LEAST_WORDS, _LEAST_SHARE = 40, 0.3
# "Near": a heading, a byline, a notice and a caption fit in; the next story doesn't.
_AROUND_WORDS, _AROUND_LINES = 150, 24
_END_OF_ARTICLE = re.compile(
    r"(related|you (may|might)|read more|more (from|stories|news)|recommended|trending|latest|most read|"
    r"comments?\b|leave a|share\b|no comments|\d+ (comments?|thoughts?|comentarios?)|tags?\b|filed under|"
    r"te puede|puede interesar|tambi[eé]n (te|le)|le[ae] tambi[eé]n|(art[ií]culos|noticias|notas) relacionad|relacionad|m[aá]s noticias|"
    r"(lo )?m[aá]s (le[ií]d|visto)|comentarios|deja (un|una|tu)|comparte|[uú]ltimas|etiquetas)",
    re.IGNORECASE,
)
_SHORT_LINE = 9


@dataclass(frozen=True, slots=True)
class Place:
    """Words `start` to `end` of the page are ours, or were. `first` and `last` say which of the text's
    own words they are; `marks` which of the page's words stand in our text, `kept` the other way round."""

    page: Page
    text: Text
    text_words: list[str]
    start: int
    end: int
    first: int
    last: int
    marks: list[bool]
    kept: list[bool]
    furniture: list[bool]
    before: list[Line]
    after: list[Line]

    def is_furniture(self, node: int) -> bool:
        return node >= 0 and self.furniture[node]

    @property
    def inside(self) -> list[Line]:
        """Lines of the article's own stretch, without what themes put between."""
        found = (line for line in self.page.lines if line.end > self.start and line.start < self.end)
        return [line for line in found if not self.is_furniture(line.node)]

    @property
    def around(self) -> list[Line]:
        return [*self.before, *self.after]

    def links(self, start: int, end: int) -> Iterator[Link]:
        """Those of the article between two words, its blocks before and after included."""
        for link in self.page.links:
            if start <= link.at <= end and link.text and not self.is_furniture(link.node):
                yield link

    @property
    def reach(self) -> tuple[int, int]:
        """From the first word of the block before to the last of the block after."""
        start = min([self.start, *(line.start for line in self.before)])
        return start, max([self.end, *(line.end for line in self.after)])


@dataclass(frozen=True, slots=True)
class _Run:
    start: int
    end: int
    places: frozenset[int]


def locate(page: Page, original: Original) -> Place | None:
    """None where the page holds no more of any version than a quotation."""
    found = [place for text in original.texts if (place := _of_version(page, original, text))]
    return max(found, key=lambda place: (sum(place.kept), place.text.number), default=None)


def _of_version(page: Page, original: Original, text: Text) -> Place | None:
    ours = text_words(text.paragraphs)
    places: dict[Shingle, int] = {shingle: at for at, shingle in enumerate(shingles(ours))}
    marks = covered(page.words, places)
    cluster = _main_cluster(_runs(page.words, marks, places))
    found = set().union(*(run.places for run in cluster))
    if len(found) < min(_LEAST_WORDS, _LEAST_SHARE * len(ours)) or not found:
        return None
    start, end = cluster[0].start, cluster[-1].end
    furniture = _furniture(page, marks, start, end)
    before, after = _before(page, original, start, furniture), _after(page, end, furniture)
    kept = covered(ours, set(shingles(page.words[start:end])))
    at = [number for number, mark in enumerate(kept) if mark] or [0]
    return Place(page, text, ours, start, end, at[0], at[-1] + 1, marks, kept, furniture, before, after)


def _runs(text: list[str], marks: list[bool], places: dict[Shingle, int]) -> list[_Run]:
    """Unbroken stretches of known words, with the words of our text that they are."""
    runs, start = [], None
    for at, mark in enumerate([*marks, False]):
        if mark and start is None:
            start = at
        elif not mark and start is not None:
            if at - start >= min(_RUN_WORDS, len(places) + WORDS_IN_SHINGLE - 1):
                firsts = (places[s] for s in shingles(text[start:at]) if s in places)
                runs.append(
                    _Run(start, at, frozenset(one + step for one in firsts for step in range(WORDS_IN_SHINGLE)))
                )
            start = None
    return runs


def _main_cluster(runs: list[_Run]) -> list[_Run]:
    """The neighbours that hold most of our text, without a teaser before or after that repeats it."""
    clusters: list[list[_Run]] = []
    for run in runs:
        if clusters and run.start - clusters[-1][-1].end <= _GAP_WORDS:
            clusters[-1].append(run)
        else:
            clusters.append([run])
    best = max(clusters, key=lambda cluster: len(set().union(*(run.places for run in cluster))), default=[])
    while len(best) > 1 and best[0].places <= set().union(*(run.places for run in best[1:])):
        best = best[1:]
    while len(best) > 1 and best[-1].places <= set().union(*(run.places for run in best[:-1])):
        best = best[:-1]
    return best


def _furniture(page: Page, marks: list[bool], start: int, end: int) -> list[bool]:
    """For each node. What holds our text can't be furniture."""
    ours: set[int] = set()
    for line in page.lines:
        if line.end > start and line.start < end and any(marks[line.start : line.end]):
            for node in ancestors(page, line.node):
                if node in ours:
                    break
                ours.add(node)
    state: list[bool] = []
    for number, node in enumerate(page.nodes):
        state.append(number not in ours and (node.furniture or (node.parent >= 0 and state[node.parent])))
    return state


def _before(page: Page, original: Original, start: int, furniture: list[bool]) -> list[Line]:
    """Back to the title, and whatever stands above it in the same <article> or <header>."""
    found: list[Line] = []
    title = None
    for line in reversed([line for line in page.lines if line.start < start]):
        if furniture[line.node]:
            continue
        frame = page.nodes[line.node].frame
        if title is not None and (frame < 0 or frame != title):
            break
        if len(found) >= _AROUND_LINES or start - line.start > _AROUND_WORDS and found:
            break
        found.append(line)
        if title is None and _is_title(line, original.attribution.title):
            title = frame
            if frame < 0:
                break
    return found[::-1]


def _is_title(line: Line, title: str) -> bool:
    """The page's heading, or our title in whatever markup."""
    if line.tag == "h1":
        return True
    here, ours = set(words(line.text)), set(words(title))
    return len(here & ours) >= 0.7 * max(len(here | ours), 1)


def _after(page: Page, end: int, furniture: list[bool]) -> list[Line]:
    """Until the next thing begins: related stories, comments, tags."""
    found: list[Line] = []
    for line in page.lines:
        if line.end <= end or furniture[line.node]:
            continue
        short = line.end - line.start <= _SHORT_LINE
        if line.start >= end and short and _END_OF_ARTICLE.match(line.text) and not _has_link_out(page, line):
            break
        if len(found) >= _AROUND_LINES or line.start - end > _AROUND_WORDS:
            break
        found.append(line)
    return found


def _has_link_out(page: Page, line: Line) -> bool:
    """'Read more at the newsroom' ends no article."""
    own = host(page.url)
    leading = (link for link in page.links if line.start <= link.at <= line.end)
    return any(host(link.url) not in ("", own) for link in leading)
