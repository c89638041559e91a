"""The languages side by side: which story of a week exists in which, since when, and in whose letter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.content.models import Article
from service.newsroom.current import newsroom

from ..models import Edition, EditionItem


@dataclass(frozen=True, slots=True)
class Cell:
    """A story in one language. `slug` is the weekly letter that has it, "" where none does."""

    title: str
    published: datetime
    slug: str
    left_out: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One story. Where a language has none of it, its cell is missing, and `lag` grows from its first
    publication; else it is what the last language took."""

    cells: Mapping[str, Cell]
    lag: timedelta

    @property
    def first(self) -> datetime:
        return min(cell.published for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class Board:
    languages: Sequence[str]
    rows: Sequence[Row]

    @property
    def missing(self) -> Mapping[str, int]:
        """How many stories each language lacks."""
        return {one: sum(one not in row.cells for row in self.rows) for one in self.languages}


def board(edition: Edition, now: datetime) -> Board:
    """Of whatever came out in a weekly letter's time, in any language; the newest first."""
    start, end = edition.period_start or edition.drafted_at, edition.period_end or edition.drafted_at
    came = Article.objects.first_seen_between(start, end).published()
    groups = came.exclude(translation="").values("translation")
    told = came.filter(translation="") | Article.objects.published().filter(translation__in=groups)
    stories: dict[str, list[Article]] = {}
    for article in told.newest_first():
        stories.setdefault(article.translation or article.key, []).append(article)
    places = _places([article for group in stories.values() for article in group])
    rows = [_row(group, places, now) for group in stories.values()]
    return Board(newsroom().languages, sorted(rows, key=lambda row: row.first, reverse=True))


def _row(group: Sequence[Article], places: Mapping[str, EditionItem], now: datetime) -> Row:
    cells = {article.language: _cell(article, places.get(article.key)) for article in group}
    times = [cell.published for cell in cells.values()]
    complete = set(newsroom().languages) <= set(cells)
    return Row(cells, (max(times) if complete else now) - min(times))


def _cell(article: Article, item: EditionItem | None) -> Cell:
    slug, left_out = (item.edition.slug, item.left_out) if item else ("", False)
    return Cell(article.title, article.published, slug, left_out)


def _places(articles: Sequence[Article]) -> dict[str, EditionItem]:
    """The latest weekly letter that each stands in, by the article's key."""
    items = EditionItem.objects.filter(article__in=articles, edition__in=Edition.objects.reached_readers())
    return {item.article.key: item for item in items.select_related("article", "edition").order_by("edition")}
