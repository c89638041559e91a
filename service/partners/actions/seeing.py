"""One look at a page: what it answers, and what stands there of ours."""

from dataclasses import dataclass, field

from service.toolbox import html
from service.toolbox.fetch import Answer, Fetcher, FetchFailed

from ..models import Republication
from ..rules.looking import FAULTS, GONE, UNREACHABLE, WELL, without_text

_LEAST = 60  # characters of a paragraph that nobody else writes


@dataclass(frozen=True, slots=True)
class Seen:
    """`live`: our text stands there; `current`: as it should be since the last notice. None: unknown.
    A finding has kind, verdict, evidence and sentence; `repair` is HTML to paste."""

    outcome: str
    live: bool | None = None
    current: bool | None = None
    findings: list[dict[str, str]] = field(default_factory=list)
    repair: str = ""


def see(row: Republication, fetcher: Fetcher) -> Seen:
    try:
        answer = fetcher.get(row.url)
    except FetchFailed as error:
        return _unknown(row, str(error))
    if answer.status in (404, 410):
        return Seen(GONE, live=False)
    if answer.status != 200:
        return _unknown(row, f"The page answered {answer.status}.")
    return _judged(row, answer)


def _unknown(row: Republication, sentence: str) -> Seen:
    """What was known of it stays."""
    finding = {"kind": "answer", "verdict": "unsure", "evidence": "", "sentence": sentence}
    return Seen(UNREACHABLE, live=row.live, current=row.current, findings=[finding])


def _judged(row: Republication, answer: Answer) -> Seen:
    """The one place that knows how the check is called."""
    text = " ".join(html.text(answer.body.decode("utf-8", "replace")).split())
    shown = [one for one in html.paragraphs(row.article.body) if " ".join(one.split()) in text]
    if not shown:
        outcome, live = without_text(seen_before=row.live is True)
        return Seen(outcome, live=live)
    return Seen(WELL if row.article.canonical_url in answer.body.decode("utf-8", "replace") else FAULTS, live=True)
