"""Pages that carry our articles are looked at again and again: hourly while a notice waits for them."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from service.attribution.visit import Visitor
from service.content.actions.bylines import withheld_from
from service.toolbox.bell import ring
from service.toolbox.fetch import host_of

from ..models import Look, Notice, Republication
from ..rules.looking import MOST_AT_A_HOST, OTHER, SOON, is_resolved, pause
from .notices import OPEN_FOR, is_pointless
from .seeing import Seen, see, visitor

log = structlog.get_logger(__name__)

SLICE_SECONDS = 4.0
LEASE = timedelta(minutes=10)  # a worker that dies costs so much
AT_ONCE = 100


@dataclass
class Looked:
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def sentence(self) -> str:
        told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(self.outcomes.items()))
        return f"Looked at: {told}." if told else "No page is due for a look."


def look_again(now: datetime, trusted_hosts: Iterable[str] = ()) -> Looked:
    """A slice of the pages that are due. A private address is refused unless it is among `trusted_hosts`."""
    looked, eyes, seen = Looked(), visitor(trusted_hosts), _looks_by_host(now)
    ends = time.monotonic() + SLICE_SECONDS
    for row in Republication.objects.due(now).select_related("article", "partner")[:AT_ONCE]:
        if not Republication.objects.filter(pk=row.pk, check_after=row.check_after).update(check_after=now + LEASE):
            continue  # another worker looks
        if seen[host_of(row.url)] >= MOST_AT_A_HOST and not _may_endanger_somebody(row):
            Republication.objects.filter(pk=row.pk).update(check_after=now + SOON)
            continue
        seen[host_of(row.url)] += 1
        looked.outcomes[_look(row, eyes, now)] += 1
        if time.monotonic() > ends:
            ring("check_republications")
            break
    return looked


def unresolved(row: Republication, now: datetime) -> list[Notice]:
    """The notices that this page is not yet in order with."""
    notices = Notice.objects.filter(version__article=row.article_id, at__gt=now - OPEN_FOR)
    waiting = [one for one in notices if not is_resolved(one.kind, live=row.live, current=row.current)]
    return [one for one in waiting if not is_pointless(one)]


def _looks_by_host(now: datetime) -> Counter[str]:
    """Within the last hour."""
    lately = Look.objects.filter(at__gt=now - SOON).values_list("republication__url", flat=True)
    return Counter(map(host_of, lately))


def _may_endanger_somebody(row: Republication) -> bool:
    """A page known to show what was withdrawn, or not known to be without a name, waits for no other."""
    if not row.live:
        return False
    return row.article.status == "withdrawn" or (not row.current and bool(withheld_from(row.article)))


def _look(row: Republication, eyes: Visitor, now: datetime) -> str:
    try:
        seen = see(row, eyes, now)
    except Exception:  # whatever stands on that page, the others are looked at
        log.exception("a page could not be looked at", republication=row.pk)
        seen = Seen(OTHER, live=row.live)
    row.looks.create(at=now, outcome=seen.outcome, findings=seen.findings, repair=seen.repair)
    row.gone_since = (row.gone_since or now) if seen.live is False else None
    if seen.outcome != row.outcome:
        row.settled_at, row.settled_by = None, ""
    row.checked, row.outcome, row.live, row.current = now, seen.outcome, seen.live, seen.current
    again = pause(row.looks.count(), unresolved=bool(unresolved(row, now)))
    row.check_after = now + again
    row.save(
        update_fields=["gone_since", "checked", "outcome", "live", "current", "check_after", "settled_at", "settled_by"]
    )
    return seen.outcome
