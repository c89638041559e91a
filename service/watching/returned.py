"""What came back, by provider, and how many addresses the ledger shut out, by week. Rounded, so that no number
leads to one reader."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncWeek

from service.audience.rules import rounded
from service.delivery.models import Bounce, Suppression
from service.delivery.rules.verdicts import LIFTED, PASSABLE
from service.newsroom.current import newsroom
from service.toolbox.addresses import PROVIDERS

LATELY, WEEKS = timedelta(days=7), 12
OTHERS = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """`kinds` by hard, soft, complaint; `name` is OTHERS for all that are no large provider."""

    name: str
    kinds: dict[str, int]


def by_provider(now: datetime) -> Sequence[Provider]:
    """Of the last seven days, most first."""
    rows = Bounce.objects.filter(at__gt=now - LATELY).order_by().values_list("address__group", "kind")
    found: dict[str, Counter[str]] = {}
    for group, kind, count in rows.annotate(Count("pk")):
        found.setdefault(group if group in PROVIDERS else OTHERS, Counter())[kind] += count
    most_first = sorted(found.items(), key=lambda pair: (-pair[1].total(), pair[0]))
    return [Provider(name, {kind: rounded(kinds[kind]) for kind, _ in Bounce.KINDS}) for name, kinds in most_first]


def shut_out(now: datetime) -> list[tuple[date, int]]:
    """The last twelve weeks, this one included, each by its Monday: how many entries kept an address out that
    its reader did not ask for."""
    zone = newsroom().zone
    today = now.astimezone(zone).date()
    this = today - timedelta(days=today.weekday())
    mondays = [this - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    rows = Suppression.objects.filter(at__gt=now - timedelta(weeks=WEEKS)).order_by()
    rows = rows.exclude(reason__in=(*PASSABLE, LIFTED))
    weeks = rows.annotate(week=TruncWeek("at", tzinfo=zone)).values_list("week").annotate(Count("pk"))
    found = {week.date(): count for week, count in weeks}
    return [(monday, rounded(found.get(monday, 0))) for monday in mondays]
