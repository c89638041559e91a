"""The links to the original: one near the top, one near the bottom."""

import re
from urllib.parse import parse_qs, urlsplit

from ..links import host, normal, same
from ..locate import Place
from ..page import Line, Page
from ..quotes import quote, row, short
from ..values import Judgement, Original
from .extent import begins_late, ends_early

# The first and last hundred words of the text still count as top and bottom, but never more than a third.
_NEAR_WORDS = 100
_PAGE_QUERY = ("page", "paged", "pagina", "p", "pag")


def judge_top(place: Place, original: Original) -> Judgement:
    start, _ = place.reach
    end = place.start + _near(place)
    if begins_late(place) and page_number(place.page.url) > 1:
        return _judged(place, original, "top", start, end, on_another_page=True)
    return _judged(place, original, "top", start, end)


def judge_bottom(place: Place, original: Original) -> Judgement:
    _, end = place.reach
    start = place.end - _near(place)
    return _judged(place, original, "bottom", start, end, ends_early(place) and has_next(place.page))


def _judged(
    place: Place, original: Original, where: str, start: int, end: int, on_another_page: bool = False
) -> Judgement:
    kind, ours = f"{where}_link", original.attribution.original
    links = list(place.links(start, end))
    for link in links:
        if same(link.url, ours):
            return Judgement(kind, "pass", f"{kind}_there", short(f"{link.text} → {link.url}"))
    if on_another_page:
        return Judgement(kind, "unsure", f"{kind}_other_page", place.page.url)
    if any(normal(ours) in _as_address(line.text) for line in _lines(place, where)):
        return Judgement(kind, "unsure", f"{kind}_plain", row(_lines(place, where)[-2:]))
    elsewhere = next((link for link in links if host(link.url) == host(ours)), None)
    if elsewhere:
        return Judgement(kind, "fail", f"{kind}_elsewhere", short(f"{elsewhere.text} → {elsewhere.url}"))
    at = place.start if where == "top" else place.end - 1
    return Judgement(kind, "fail", f"{kind}_missing", quote(place, at))


def _near(place: Place) -> int:
    return min(_NEAR_WORDS, (place.end - place.start) // 3)


def _lines(place: Place, where: str) -> list[Line]:
    return place.before if where == "top" else place.after


def _as_address(text: str) -> str:
    return text.replace("://www.", "://")


def page_number(url: str) -> int:
    """Of an article that is cut into pages; 1 where the address says nothing."""
    parts = urlsplit(url)
    found = re.search(r"/(?:page/)?(\d{1,2})/?$", parts.path)
    query = parse_qs(parts.query)
    asked = next((query[name][0] for name in _PAGE_QUERY if name in query), found[1] if found else "1")
    return int(asked) if asked.isdecimal() and len(asked) <= 2 else 1


def has_next(page: Page) -> bool:
    """A link to the following page of the same article."""
    if page.root.xpath("//link[@rel='next'] | //a[@rel='next'][contains(@class, 'page')]"):
        return True
    stem, number = _stem(page.url), page_number(page.url)
    return any(_stem(link.url) == stem and page_number(link.url) == number + 1 for link in page.links)


def _stem(url: str) -> str:
    return re.sub(r"/(?:page/)?\d{1,2}$", "", normal(url, kept=False))
