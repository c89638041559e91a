"""One look at a page: what it answers, and what stands there of ours."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime

from service.attribution.checking import Report, Republished, check
from service.attribution.visit import RobotsRefused, Visitor
from service.newsroom.current import newsroom
from service.toolbox.fetch import FetchFailed

from ..models import Republication
from ..rules.looking import FAULTS, GONE, OTHER, UNREACHABLE, WELL, without_text
from .facts import language_at
from .originals import original

PAGE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Seen:
    """`live`: our text stands there; `current`: as it should be since the last notice. None: unknown.
    A finding has kind, verdict, evidence and sentence; `repair` is HTML to paste."""

    outcome: str
    live: bool | None = None
    current: bool | None = None
    findings: list[dict[str, str]] = field(default_factory=list)
    repair: str = ""


def visitor(trusted_hosts: Iterable[str] = ()) -> Visitor:
    return Visitor(newsroom(), trusted_hosts, PAGE_SECONDS)


def see(row: Republication, visitor: Visitor, now: datetime) -> Seen:
    try:
        page = visitor.visit(row.url)
    except RobotsRefused as error:
        return _unknown(row, OTHER, str(error))
    except FetchFailed as error:
        return _unknown(row, UNREACHABLE, str(error))
    if page.status in (404, 410):
        return Seen(GONE, live=False)
    if page.status != 200:
        return _unknown(row, UNREACHABLE, f"The page answered {page.status}.")
    return _judged(row, page, now)


def _unknown(row: Republication, outcome: str, sentence: str) -> Seen:
    """What was known of it stays."""
    finding = {"kind": "answer", "verdict": "unsure", "evidence": "", "sentence": sentence}
    return Seen(outcome, live=row.live, current=row.current, findings=[finding])


def _judged(row: Republication, page: Republished, now: datetime) -> Seen:
    """The one place that knows the check."""
    language = language_at(row)
    report = check(page, original(row.article, language, now), language)
    findings = [asdict(one) for one in report.findings]
    if not _stands_there(report, withdrawn=row.article.status == "withdrawn"):
        outcome, live = without_text(seen_before=row.live is True)
        return Seen(outcome, live=live, findings=findings)
    current = all(one.verdict == "pass" for one in report.findings if one.kind in ("version", "withheld"))
    repair = "\n\n".join(filter(None, [report.repair_top, report.repair_bottom]))
    return Seen(WELL if report.is_well else FAULTS, live=True, current=current, findings=findings, repair=repair)


def _stands_there(report: Report, *, withdrawn: bool) -> bool:
    """Of a withdrawn article the check says only whether it is gone; of another, where its text is not, only
    that."""
    alone = report.findings[0] if len(report.findings) == 1 else None
    if withdrawn:
        return alone is not None and alone.verdict == "fail"
    return alone is None or alone.kind != "text"
