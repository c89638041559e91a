"""What stands around our text and belongs to the article: back to its title, on to the next thing."""

import re
from collections.abc import Iterable, Sequence

from .cutting import head, tail
from .furniture import may_credit
from .links import host, same
from .page import Line, Page, ancestors
from .shingles import words

# "Near": a heading, a byline, a notice and a caption fit in; the next story doesn't.
_WORDS, _LINES = 150, 24
_SHORT_LINE = 9
_TITLE_SHARE = 0.7
_NEXT_THING = re.compile(
    r"(related|you (may|might)|read more|more (from|stories|news)|recommended|trending|latest|most read|"
    r"comments?\b|leave a|share\b|no comments|\d+ (comments?|thoughts?|comentarios?)|tags?\b|filed under|"
    r"te puede|puede interesar|tambi[eé]n (te|le)|le[ae] tambi[eé]n|(art[ií]culos |noticias |notas )?relacionad|"
    r"m[aá]s noticias|(lo )?m[aá]s (le[ií]d|visto)|comentarios|deja (un|una|tu)|comparte|[uú]ltimas|etiquetas)",
    re.IGNORECASE,
)


def holding(page: Page, marks: Sequence[bool], start: int, end: int) -> set[int]:
    """Every element that holds some of our text, up to the root."""
    lines = (line for line in page.lines if line.end > start and line.start < end)
    return _around(page, (line.node for line in lines if any(marks[line.start : line.end])))


def furniture(page: Page, ours: set[int], source: str) -> list[bool]:
    """For each node. What holds our text can't be furniture, nor a box in its frame that credits the `source`;
    another <article> beside it is."""
    in_article = any(page.nodes[node].element.tag == "article" for node in ours)
    frame = max((node for node in ours if page.nodes[node].element.tag in ("article", "main")), default=None)
    crediting = _leading_to(page, source)
    framed: list[bool] = []
    state: list[bool] = []
    for number, node in enumerate(page.nodes):
        framed.append(number == frame or (node.parent >= 0 and framed[node.parent]))
        credit = framed[number] and number in crediting and may_credit(node.element)
        other = in_article and node.element.tag == "article" and not _inside_article(page, node.parent, ours)
        above = node.parent >= 0 and state[node.parent]
        state.append(number not in ours and ((node.furniture and not credit) or other or above))
    return state


def before(page: Page, title: str, start: int, aside: Sequence[bool]) -> list[Line]:
    """Back to the title, and whatever stands above it in the same <article> or <header>."""
    found: list[Line] = []
    frame: int | None = None
    for line in reversed([line for line in page.lines if line.start < start and not aside[line.node]]):
        here = page.nodes[line.node].frame
        above = frame is not None and (frame < 0 or here != frame)
        if above or len(found) >= _LINES or (found and start - line.start > _WORDS):
            break
        found.append(head(line, start) if line.end > start else line)
        if frame is None and line.end <= start and _is_title(line, title):
            frame = here
    return found[::-1]


def after(page: Page, end: int, aside: Sequence[bool]) -> list[Line]:
    """Until the next thing begins: a related story, comments, tags."""
    found: list[Line] = []
    for line in page.lines:
        if line.end <= end or aside[line.node]:
            continue
        if len(found) >= _LINES or line.start - end > _WORDS or (line.start >= end and _begins_next(page, line)):
            break
        found.append(tail(line, end) if line.start < end else line)
    return found


def _leading_to(page: Page, source: str) -> set[int]:
    """Elements with a link to the source and none to another page of the partner's, as teasers have."""
    own = host(page.url)
    credit = _around(page, (link.node for link in page.links if same(link.url, source)))
    return credit - _around(page, (link.node for link in page.links if host(link.url) == own))


def _around(page: Page, nodes: Iterable[int]) -> set[int]:
    found: set[int] = set()
    for node in nodes:
        for above in ancestors(page, node):
            if above in found:
                break
            found.add(above)
    return found


def _inside_article(page: Page, node: int, ours: set[int]) -> bool:
    """Is the nearest <article> above one that holds our text?"""
    return any(page.nodes[above].element.tag == "article" for above in ancestors(page, node) if above in ours)


def _is_title(line: Line, title: str) -> bool:
    """The page's heading, or our title in whatever markup."""
    if line.heading == "h1":
        return True
    here, ours = set(words(line.text)), set(words(title))
    return len(here & ours) >= _TITLE_SHARE * max(len(here | ours), 1)


def _begins_next(page: Page, line: Line) -> bool:
    """'Related stories' does, or a heading that leads to another story; 'Read more at the newsroom' doesn't."""
    hosts = {host(link.url) for link in page.links if line.start <= link.at < line.end}
    own = host(page.url)
    if hosts - {"", own}:
        return False
    heads_a_list = line.end - line.start <= _SHORT_LINE and bool(_NEXT_THING.match(line.text))
    return heads_a_list or bool(line.heading and own in hosts)
