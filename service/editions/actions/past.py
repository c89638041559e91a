"""Letters that went out, as they may be shown later: as they were sent, but for what is held."""

from collections.abc import Iterable
from datetime import datetime
from html import unescape

from service.content.models import Article
from service.toolbox.errors import ServiceError
from service.toolbox.letters import Letter

from ..models import Edition
from .compose import compose
from .gone import nothing_left, told_in


def shown(editions: Iterable[Edition], now: datetime) -> list[tuple[Edition, Letter]]:
    """With their letters. One that tells a held story is written anew without it, or is not among them, as an
    alert about it, until that is released."""
    held = list(Article.objects.held().defer("body", "original"))
    found = [(edition, _letter(edition, held, now)) for edition in editions]
    return [(edition, letter) for edition, letter in found if letter]


def _letter(edition: Edition, held: list[Article], now: datetime) -> Letter | None:
    sent = Letter(edition.subject, edition.html, edition.text)
    told = told_in(_words(sent), held)
    if not told:
        return sent
    if nothing_left(edition):
        return None
    try:
        anew = compose(edition, now)
    except ServiceError:
        return None
    return None if told_in(_words(anew), told) else anew


def _words(letter: Letter) -> list[str]:
    return [unescape(letter.html), letter.text]
