"""Which partners were given an article, and how far its notices have got."""

from dataclasses import dataclass
from datetime import datetime

from service.content.models import Article

from ..models import Notice, Partner
from .standing import Standing, standing


@dataclass(frozen=True, slots=True)
class Holder:
    """`version` is the latest that the partner was given, on `last`; `ways` are feed, api."""

    partner: Partner
    version: int
    last: datetime
    ways: tuple[str, ...]


def holders(article: Article) -> list[Holder]:
    """By name."""
    pulls = article.pulls.select_related("partner").order_by("partner__name", "version", "last")
    mine = {pull.partner: [one for one in pulls if one.partner_id == pull.partner_id] for pull in pulls}
    return [
        Holder(partner, rows[-1].version, max(row.last for row in rows), tuple(sorted({row.way for row in rows})))
        for partner, rows in mine.items()
    ]


def notices_of(article: Article) -> list[tuple[Notice, Standing]]:
    """The latest first."""
    rows = Notice.objects.filter(version__article=article).select_related("version__article").order_by("-at", "-id")
    return [(notice, standing(notice)) for notice in rows]
