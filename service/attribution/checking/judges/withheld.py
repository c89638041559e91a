"""Is somebody named who must not be any more? Anywhere on the page: in a byline, the text, a note on the
author, a tag, what only programs read. The evidence leaves the name out."""

from collections.abc import Iterable, Iterator

from ..locate import Place
from ..page import Page
from ..quotes import hole
from ..shingles import words
from ..values import Judgement, Original

_UNSEEN = "//meta/@content | //title/text() | //img/@alt"


def judge(place: Place, original: Original) -> Judgement:
    for name in filter(None, map(words, original.withheld)):
        for said in _said(place.page):
            at = _found(said, name)
            if at is not None:
                return Judgement("withheld", "fail", "withheld_named", hole(said, at, len(name)))
    return Judgement("withheld", "pass", "withheld_none")


def _said(page: Page) -> Iterator[list[str]]:
    yield page.words
    yield from map(words, page.root.xpath(_UNSEEN))


def _found(said: list[str], name: list[str]) -> int | None:
    return next((at for at in _starts(said, name[0]) if said[at : at + len(name)] == name), None)


def _starts(said: Iterable[str], word: str) -> Iterator[int]:
    return (at for at, one in enumerate(said) if one == word)
