"""Which articles a feed holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from service.content.models import CHANGE_IS_NEWS, NOTICE_STAYS, Article, ArticleQuerySet

from ..archives import PAGE_ITEMS
from ..models import ArchiveEntry
from ..rules import ARCHIVE, LATEST, MOST_ITEMS, Shelf

MOST_CHANGED = 10
MOST_WITHDRAWN = 50  # a notice is short: all of them take less than half of a feed
_FIELDS = {"topic": "topics__slug", "country": "countries__slug", "author": "authors__slug", "kind": "kind"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The newest first. No limit of size drops the guids of `always`; at `until`, the first of them goes
    by itself."""

    articles: list[Article]
    always: frozenset[str]
    until: datetime | None


def chosen(shelf: Shelf, now: datetime) -> Chosen:
    """An archive page keeps its articles for ever, and shows all but what is held. Any other feed holds the
    newest, and what was withdrawn or corrected lately though it is older; the latest of a language also what
    no archive page has yet."""
    if shelf.kind == ARCHIVE:
        articles = list(_archived(shelf).newest_first().complete())
        return Chosen(articles, frozenset(one.guid for one in articles), None)
    shown = _standing_on(shelf, Article.objects.shown(now).in_language(shelf.language))
    told = _standing_on(shelf, Article.objects.told_lately(now).in_language(shelf.language))
    newest, older = newest_and_told(shown, told, MOST_ITEMS, MOST_WITHDRAWN)
    opened = _still_open(shelf, shown)
    articles = in_order([*opened, *older, *newest])
    until = min([*map(_notice_ends, older), *_withdrawals_end(articles)], default=None)
    return Chosen(articles, frozenset(one.guid for one in [*opened, *older]), until)


def newest_and_told(
    shown: ArticleQuerySet, told: ArticleQuerySet, most: int, most_withdrawn: int
) -> tuple[list[Article], list[Article]]:
    """The newest, and beside them what was withdrawn or corrected lately though it is older. However much is
    corrected, no withdrawal gives way to it."""
    newest = list(shown.newest_first().complete()[:most])
    older = told.exclude(pk__in=[one.pk for one in newest]).complete()
    withdrawn, changed = older.filter(status="withdrawn"), older.exclude(status="withdrawn")
    return newest, [*withdrawn[:most_withdrawn], *changed[:MOST_CHANGED]]


def in_order(articles: Iterable[Article]) -> list[Article]:
    """Each once, the newest first."""
    every = {one.pk: one for one in articles}
    return sorted(every.values(), key=lambda one: (one.published, one.pk), reverse=True)


def articles_on(shelf: Shelf, now: datetime) -> list[Article]:
    return chosen(shelf, now).articles


def _standing_on(shelf: Shelf, shown: ArticleQuerySet) -> ArticleQuerySet:
    shown = shown.filter(broken_in_feeds=None)
    if shelf.kind == "term":
        taxonomy, _, slug = shelf.slug.partition("/")
        return shown.filter(terms__taxonomy=taxonomy, terms__slug=slug)
    if shelf.kind == "author":
        shown = shown.filter(authors__withheld_at=None)
    return shown.filter(**{_FIELDS[shelf.kind]: shelf.slug}) if shelf.kind in _FIELDS else shown


def _archived(shelf: Shelf) -> ArticleQuerySet:
    held = Article.objects.filter(archived__page__language=shelf.language, archived__page__name=shelf.slug)
    return held.filter(broken_in_feeds=None, language=shelf.language).exclude(status="held")


def _still_open(shelf: Shelf, shown: ArticleQuerySet) -> list[Article]:
    if shelf.kind != LATEST:
        return []
    entries = ArchiveEntry.objects.filter(language=shelf.language, page=None)
    return list(shown.filter(pk__in=entries.values("article")).newest_first().complete()[:PAGE_ITEMS])


def _notice_ends(article: Article) -> datetime:
    """Of one that is there only since it changed; `told_at` is what `told_lately` adds."""
    stays = NOTICE_STAYS if article.status == "withdrawn" else CHANGE_IS_NEWS
    return article.told_at + stays  # type: ignore[attr-defined,no-any-return]


def _withdrawals_end(articles: list[Article]) -> list[datetime]:
    return [article.updated + NOTICE_STAYS for article in articles if article.status == "withdrawn"]
