"""A long list, leaf by leaf. What was asked for stays in the addresses of the next and the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PER_LEAF = 30


@dataclass(frozen=True, slots=True)
class Leaf:
    """`before` and `after` are addresses, "" where there is no other leaf."""

    rows: Sequence[Any]
    total: int
    number: int
    count: int
    before: str
    after: str


def leaf(request: HttpRequest, rows: "QuerySet[Any] | Sequence[Any]", per_leaf: int = PER_LEAF) -> Leaf:
    """The one that the address asks for with `leaf`, or the nearest that there is."""
    found = Paginator(rows, per_leaf).get_page(request.GET.get("leaf"))
    return Leaf(
        rows=list(found.object_list),
        total=found.paginator.count,
        number=found.number,
        count=found.paginator.num_pages,
        before=_at(request, found.number - 1) if found.has_previous() else "",
        after=_at(request, found.number + 1) if found.has_next() else "",
    )


def _at(request: HttpRequest, number: int) -> str:
    asked = request.GET.copy()
    asked["leaf"] = str(number)
    return f"?{asked.urlencode()}"
