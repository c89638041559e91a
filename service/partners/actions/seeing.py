"""One look at a page: what it answers, and what stands there of ours."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings

from service.attribution.checking import Report, Republished, check
from service.toolbox.fetch import Answer, Fetcher, FetchFailed
from service.toolbox.robots import may_look

from ..models import Republication
from ..rules.looking import FAULTS, GONE, OTHER, UNREACHABLE, WELL, without_text
from .facts import spoken
from .originals import original

AGENT = "Byline-Check"
PAGE_SECONDS = 10.0
MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Seen:
    """`live`: our text stands there; `current`: as it should be since the last notice. None: unknown.
    A finding has kind, verdict, evidence and sentence; `repair` is HTML to paste."""

    outcome: str
    live: bool | None = None
    current: bool | None = None
    findings: list[dict[str, str]] = field(default_factory=list)
    repair: str = ""


def looker(trusted_hosts: Iterable[str] = ()) -> Fetcher:
    """Says who looks, and where to ask."""
    agent = f"{AGENT}/0.1 (+{settings.SITE_URL}/)"
    return Fetcher(trusted_hosts, max_bytes=MOST_BYTES, seconds=PAGE_SECONDS, agent=agent)


def see(row: Republication, fetcher: Fetcher) -> Seen:
    try:
        if not may_look(fetcher, row.url, AGENT):
            return _unknown(row, OTHER, "The site's robots.txt asks programs not to look: a person must.")
        answer = fetcher.get(row.url)
    except FetchFailed as error:
        return _unknown(row, UNREACHABLE, str(error))
    if answer.status in (404, 410):
        return Seen(GONE, live=False)
    if answer.status != 200:
        return _unknown(row, UNREACHABLE, f"The page answered {answer.status}.")
    return _judged(row, answer)


def _unknown(row: Republication, outcome: str, sentence: str) -> Seen:
    """What was known of it stays."""
    finding = {"kind": "answer", "verdict": "unsure", "evidence": "", "sentence": sentence}
    return Seen(outcome, live=row.live, current=row.current, findings=[finding])


def _judged(row: Republication, answer: Answer) -> Seen:
    """The one place that knows the check."""
    page = Republished(answer.url, answer.body, answer.status, answer.headers)
    language = spoken(row.partner.language if row.partner else row.article.language)
    report = check(page, original(row.article), language)
    findings = [
        {"kind": one.kind, "verdict": one.verdict, "evidence": one.evidence, "sentence": one.sentence}
        for one in report.findings
    ]
    if not _stands_there(report, withdrawn=row.article.status == "withdrawn"):
        outcome, live = without_text(seen_before=row.live is True)
        return Seen(outcome, live=live, findings=findings)
    current = all(one.verdict == "pass" for one in report.findings if one.kind == "version")
    repair = "\n\n".join(filter(None, [report.repair_top, report.repair_bottom]))
    return Seen(WELL if report.is_well else FAULTS, live=True, current=current, findings=findings, repair=repair)


def _stands_there(report: Report, *, withdrawn: bool) -> bool:
    """Of a withdrawn article the check says only whether it is gone; of another, where its text is not, only
    that."""
    alone = report.findings[0] if len(report.findings) == 1 else None
    if withdrawn:
        return alone is not None and alone.verdict == "fail"
    return alone is None or alone.kind != "text"
