"""A page as its reader sees it: lines of text in order, with their links, and whether a line belongs to
the article or to the furniture. Flat and without recursion, so that no page is too deep."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from service.toolbox.html import printable

from .decoding import decoded
from .furniture import is_furniture, is_unseen, names_author
from .shingles import words

MAX_BYTES = 2 * 1024 * 1024
_INLINE = {
    *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "em", "font", "i", "img"),
    *("ins", "kbd", "label", "mark", "nobr", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "time"),
    *("tt", "u", "var", "wbr", "amp-img", "picture", "source"),
}
_FRAMES = ("article", "header", "main")
_NO_NODE = -1


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
    """`at` counts the words of the page before it."""

    url: str
    text: str
    at: int
    node: int


@dataclass(slots=True)
class Line:
    """`runs` are its text nodes one by one. Words `start` to `end` of the page."""

    node: int
    start: int
    tag: str
    runs: list[str] = field(default_factory=list)
    author: bool = False
    end: int = 0

    @property
    def text(self) -> str:
        return " ".join("".join(self.runs).split())


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


def read(body: bytes, url: str, headers: Mapping[str, str]) -> Page:
    """Never raises: what can't be parsed has no lines. Longer pages are cut at MAX_BYTES."""
    html = printable(decoded(body[:MAX_BYTES], headers.get("content-type", "")))
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(html.encode(), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        root = lxml.html.Element("html")
    return _Reader(url, root, headers).page()


class _Reader:
    """One walk over the tree."""

    def __init__(self, url: str, root: HtmlElement, headers: Mapping[str, str]) -> None:
        self._page = Page(url, root, [], [], [], [], headers)
        self._line: Line | None = None
        self._anchors: list[tuple[str, list[str], int, int]] = []
        self._here = _NO_NODE

    def page(self) -> Page:
        walk = etree.iterwalk(self._page.root, events=("start", "end"))
        for event, element in walk:
            if event == "end":
                self._leave(element)
            elif is_unseen(element):
                walk.skip_subtree()
                self._enter(element, unseen=True)
            else:
                self._enter(element)
        self._close()
        return self._page

    def _enter(self, element: HtmlElement, unseen: bool = False) -> None:
        above = self._page.nodes[self._here] if self._here >= 0 else None
        number = len(self._page.nodes)
        frame = number if element.tag in _FRAMES else above.frame if above else _NO_NODE
        author = names_author(element) or bool(above and above.author)
        in_frame = bool(above and above.frame >= 0)
        self._page.nodes.append(Node(element, self._here, is_furniture(element, in_frame), author, frame))
        self._here = number
        if element.tag not in _INLINE:
            self._close()
        if unseen:
            return
        if element.tag == "a" and element.get("href"):
            self._anchors.append((element.get("href", ""), [], len(self._page.words) + self._open_words(), number))
        self._say(element.text or "")

    def _leave(self, element: HtmlElement) -> None:
        if element.tag == "a" and self._anchors and self._anchors[-1][3] == self._here:
            url, said, at, node = self._anchors.pop()
            self._page.links.append(Link(_absolute(self._page, url), " ".join("".join(said).split()), at, node))
        if element.tag not in _INLINE:
            self._close()
        self._here = self._page.nodes[self._here].parent
        self._say(element.tail or "")

    def _say(self, text: str) -> None:
        if not text or (self._line is None and not text.strip()):
            return
        if self._line is None:
            tag = str(self._page.nodes[self._here].element.tag)
            self._line = Line(self._here, len(self._page.words), tag)
        self._line.runs.append(text)
        self._line.author |= self._here >= 0 and self._page.nodes[self._here].author
        for _, said, _, _ in self._anchors:
            said.append(text)

    def _open_words(self) -> int:
        return len(words("".join(self._line.runs))) if self._line else 0

    def _close(self) -> None:
        if self._line is None:
            return
        self._page.words.extend(words(self._line.text))
        self._line.end = len(self._page.words)
        self._page.lines.append(self._line)
        self._line = None


def _absolute(page: Page, url: str) -> str:
    try:
        return urljoin(page.url, url.strip())
    except ValueError:
        return ""


def ancestors(page: Page, node: int) -> Iterator[int]:
    """The node itself, then outwards."""
    while node >= 0:
        yield node
        node = page.nodes[node].parent


def folded(text: str) -> str:
    return " ".join(words(text))


def one_heading(line: Line) -> bool:
    return bool(re.fullmatch(r"h[1-6]", line.tag))
