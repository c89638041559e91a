"""A page as its reader sees it: lines of text in order, with their links, and the elements they stand in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lxml.html import HtmlElement


@dataclass(slots=True)
class Node:
    """An element of the page. Parents come before children."""

    element: HtmlElement
    parent: int
    furniture: bool
    author: bool
    frame: int


@dataclass(frozen=True, slots=True)
class Link:
    """`at` counts the words of the page before it. `text` is what readers see: of a picture its alt."""

    url: str
    text: str
    at: int
    node: int


@dataclass(frozen=True, slots=True)
class Run:
    """One text node; `author`: inside what a theme marks as the byline."""

    text: str
    author: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Words `start` to `end` of the page, in one block."""

    node: int
    start: int
    end: int
    runs: tuple[Run, ...]
    heading: str

    @property
    def text(self) -> str:
        return joined(self.runs)

    @property
    def author_text(self) -> str:
        return joined([run for run in self.runs if run.author])


@dataclass(frozen=True, slots=True)
class Page:
    """`links` as written, made absolute; `root` for whoever looks for pictures or metadata."""

    url: str
    root: HtmlElement
    nodes: list[Node]
    lines: list[Line]
    links: list[Link]
    words: list[str]
    headers: Mapping[str, str]

    @property
    def language(self) -> str:
        return (self.root.get("lang") or "").partition("-")[0].lower()


def ancestors(page: Page, node: int) -> Iterator[int]:
    """The node itself, then outwards."""
    while node >= 0:
        yield node
        node = page.nodes[node].parent


def joined(runs: Sequence[Run]) -> str:
    """As it looks: themes part `Cauce` and `November` by style alone, and join a drop cap to its word."""
    text = "".join(f" {run.text}" if _parted(before, run) else run.text for before, run in pairwise([_NONE, *runs]))
    return " ".join(text.split())


def _parted(before: Run, run: Run) -> bool:
    left, right = before.text[-1:], run.text[:1]
    return (left.islower() and (right.isupper() or right.isdigit())) or (left.isdigit() and right.isupper())


_NONE = Run("", False)
