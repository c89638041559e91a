"""One file per question about a page on which our text was found; each has `judge(place, original)`."""

from collections.abc import Callable

from ..locate import Place
from ..values import Judgement, Original
from . import authors, byline, edits, extent, indexing, licence, origin, paywall, pictures, version

JUDGES: tuple[Callable[[Place, Original], Judgement], ...] = (
    extent.judge,
    byline.judge,
    authors.judge,
    origin.judge_top,
    origin.judge_bottom,
    licence.judge,
    indexing.judge,
    edits.judge,
    version.judge,
    pictures.judge,
    paywall.judge,
)

__all__ = ["JUDGES"]
