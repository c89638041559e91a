"""The compliance check: one page against one article."""

from collections.abc import Sequence

from .judges import JUDGES, withheld
from .links import same
from .locate import Place, locate
from .page import Page
from .phrases import sentences
from .quotes import quote, short
from .reading import read
from .repair import repair
from .values import Finding, Judgement, Original, Report, Republished

# 404 and 410 say that a page is gone; any other failure says nothing about it.
_GONE = (404, 410)


def check(republished: Republished, original: Original, language: str) -> Report:
    """Sentences are in `language`, the partner's. Any bytes may come: it never raises for what stands on
    the page, and what is longer than reading.MAX_BYTES is not read."""
    page = read(republished.body, republished.url, republished.headers or {})
    judgements = _judged(page, republished.status, original)
    top, bottom = ("", "") if original.withdrawn else repair(original.attribution, judgements)
    findings = tuple(_told(judgement, original, language) for judgement in judgements)
    return Report(republished.url, findings, top, bottom)


def _judged(page: Page, status: int, original: Original) -> Sequence[Judgement]:
    place = locate(page, original) if status < 400 else None
    if original.withdrawn:
        return [_withdrawn(place, status)]
    if place is None:
        return [_not_there(page, status, original)]
    asked = (*JUDGES, withheld.judge) if original.withheld else JUDGES
    return [judge(place, original) for judge in asked]


def _withdrawn(place: Place | None, status: int) -> Judgement:
    if place:
        return Judgement("version", "fail", "version_withdrawn", quote(place, place.start))
    if status >= 400 and status not in _GONE:
        return Judgement("version", "unsure", "version_unknown", str(status))
    return Judgement("version", "pass", "version_gone")


def _not_there(page: Page, status: int, original: Original) -> Judgement:
    if status >= 400:
        return Judgement("text", "fail", "status", str(status))
    for link in page.links:
        if same(link.url, original.attribution.original):
            return Judgement("text", "unsure", "text_linked", short(f"{link.text} → {link.url}"))
    return Judgement("text", "fail", "text_missing", short(page.lines[0].text) if page.lines else "")


def _told(judgement: Judgement, original: Original, language: str) -> Finding:
    attribution = original.attribution
    sentence = sentences(language)[judgement.why].format(
        organisation=attribution.organisation,
        title=attribution.title,
        licence=attribution.licence_name,
        authors=attribution.words.join(original.authors),
    )
    return Finding(judgement.kind, judgement.verdict, judgement.evidence, sentence)
