"""A page as its reader sees it: lines of text in order, with their links, and the elements they stand in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lxml.html import HtmlElement


@dataclass(slots=True)
class Node:
    """An element of the page; its parent comes before it. `author` is the nearest around it that a theme
    marks as the byline, `frame` the nearest article, header or main; -1 for none."""

    element: HtmlElement
    parent: int
    furniture: bool
    author: int
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
    """One text node. `author` is the element around it that a theme marks as the byline, -1 for none."""

    text: str
    author: int


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


def in_figure(page: Page, line: Line) -> bool:
    elements = (page.nodes[node].element for node in ancestors(page, line.node))
    return any(element.tag in ("figure", "figcaption") or "caption" in element.get("class", "") for element in elements)


def joined(runs: Sequence[Run]) -> str:
    """As it looks: themes part `Cauce` and `November` by style alone, and join a drop cap to its word."""
    text = "".join(f" {run.text}" if _parted(before, run) else run.text for before, run in pairwise([_NONE, *runs]))
    return " ".join(text.split())


def _parted(before: Run, run: Run) -> bool:
    left, right = before.text[-1:], run.text[:1]
    return (left.islower() and (right.isupper() or right.isdigit())) or (left.isdigit() and right.isupper())


_NONE = Run("", -1)
