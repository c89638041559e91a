"""From bytes to a Page, in one walk over the tree and without recursion, so that no page is too deep."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urljoin

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from service.toolbox.html import printable

from .decoding import decoded
from .furniture import is_furniture, is_unseen, names_author
from .page import Line, Link, Node, Page, Run, ancestors, joined
from .shingles import words

MAX_BYTES = 2 * 1024 * 1024
_MOST_NODES, _MOST_LINES = 200_000, 100_000  # a long page has a tenth of that; more is meant to tire us
_INLINE = {
    *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "em", "font", "i", "img"),
    *("ins", "kbd", "label", "mark", "nobr", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "time"),
    *("tt", "u", "var", "wbr", "amp-img", "picture", "source"),
}
_HEADINGS = ("h1", "h2", "h3", "h4")
_FRAMES = ("article", "header", "main")
_NO_NODE = -1


def read(body: bytes, url: str, headers: Mapping[str, str]) -> Page:
    """Never raises: what can't be parsed has no lines. Longer pages are cut at MAX_BYTES."""
    html = printable(decoded(body[:MAX_BYTES], headers.get("content-type", "")))
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(html.encode(), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        root = lxml.html.Element("html")
    return _Reader(url, root, headers).page()


@dataclass(slots=True)
class _Anchor:
    """A link as it is read. It begins with the line's run `run`; `at` is known once that line ends."""

    url: str
    node: int
    run: int
    at: int = 0
    said: list[str] = field(default_factory=list)
    picture: str = ""

    def link(self, base: str) -> Link:
        return Link(_absolute(base, self.url), " ".join("".join(self.said).split()) or self.picture, self.at, self.node)


class _Reader:
    """One walk over the tree."""

    def __init__(self, url: str, root: HtmlElement, headers: Mapping[str, str]) -> None:
        self._page = Page(url, root, [], [], [], [], headers)
        self._runs: list[Run] = []
        self._node = _NO_NODE
        self._here = _NO_NODE
        self._open: list[_Anchor] = []
        self._anchors: list[_Anchor] = []
        self._placed = 0
        self._typed = 0

    def page(self) -> Page:
        walk = etree.iterwalk(self._page.root, events=("start", "end"))
        for event, element in walk:
            if len(self._page.nodes) > _MOST_NODES or len(self._page.lines) > _MOST_LINES:
                break
            if event == "end":
                self._leave(element)
                continue
            self._enter(element)
            if is_unseen(element):
                walk.skip_subtree()
            else:
                self._say(element.text or "")
        self._close()
        self._page.links.extend(anchor.link(self._page.url) for anchor in self._anchors)
        return self._page

    def _enter(self, element: HtmlElement) -> None:
        above = self._page.nodes[self._here] if self._here >= 0 else None
        number = len(self._page.nodes)
        frame = number if element.tag in _FRAMES else above.frame if above else _NO_NODE
        author = number if names_author(element) else above.author if above else _NO_NODE
        furniture = is_furniture(element, in_article=bool(above and above.frame >= 0))
        self._page.nodes.append(Node(element, self._here, furniture, author, frame))
        self._here = number
        self._typed += element.tag == "pre"
        if element.tag not in _INLINE or furniture:
            self._close()
        if element.tag == "a" and element.get("href"):
            anchor = _Anchor(element.get("href", ""), number, len(self._runs))
            self._open.append(anchor)
            self._anchors.append(anchor)
        if element.tag in ("img", "amp-img") and self._open:
            self._open[-1].picture = element.get("alt") or element.get("src") or ""

    def _leave(self, element: HtmlElement) -> None:
        node = self._page.nodes[self._here]
        if self._open and self._open[-1].node == self._here:
            self._open.pop()
        self._typed -= element.tag == "pre"
        if element.tag not in _INLINE or node.furniture:
            self._close()
        self._here = node.parent
        self._say(element.tail or "")

    def _say(self, text: str) -> None:
        lines = text.split("\n") if self._typed else [text]
        for number, line in enumerate(lines):
            if number:
                self._close()
            if line and (self._runs or line.strip()):
                self._node = self._node if self._runs else self._here
                self._runs.append(Run(line, self._page.nodes[self._here].author if self._here >= 0 else _NO_NODE))
                for anchor in self._open:
                    anchor.said.append(line)

    def _close(self) -> None:
        """The line ends."""
        page, start, runs = self._page, len(self._page.words), tuple(self._runs)
        if runs and len(page.lines) < _MOST_LINES:
            page.words.extend(words(joined(runs)))
            page.lines.append(Line(self._node, start, len(page.words), runs, _heading(page, self._node)))
        self._place_anchors(start)
        self._runs = []

    def _place_anchors(self, at: int) -> None:
        """Those that began in the line, which began at word `at`: each text node is counted once."""
        last, counted = max(at, len(self._page.words) - 1), 0
        for anchor in self._anchors[self._placed :]:
            at += len(words(joined(self._runs[counted : anchor.run])))
            counted, anchor.at = anchor.run, min(at, last)
        self._placed = len(self._anchors)


def _heading(page: Page, node: int) -> str:
    """Of a line inside h1 to h4, which."""
    tags = (str(page.nodes[number].element.tag) for number in islice(ancestors(page, node), 4))
    return next((tag for tag in tags if tag in _HEADINGS), "")


def _absolute(base: str, url: str) -> str:
    try:
        return urljoin(base, url.strip())
    except ValueError:
        return ""
