"""What to paste: the sentences of the attribution that the page lacks, and none that it has."""

from collections.abc import Iterable

from ..formats import html
from ..rules import Attribution
from .values import Judgement

_TOP = {"byline": "byline", "authors": "byline", "withheld": "byline", "top_link": "original", "licence": "licence"}
_BOTTOM = {"bottom_link": "original"}


def repair(attribution: Attribution, judgements: Iterable[Judgement]) -> tuple[str, str]:
    """HTML for above and for below the text; "" where nothing is missing."""
    failed = {judgement.kind for judgement in judgements if judgement.verdict == "fail"}
    top = {part for kind, part in _TOP.items() if kind in failed}
    bottom = {part for kind, part in _BOTTOM.items() if kind in failed}
    return str(html.top(attribution, top)), str(html.bottom(attribution, bottom))
