"""A feed for one partner: the full text of what its filter lets through, on the terms agreed with it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import translation
from django.utils.translation import gettext

from service.content.models import NOTICE_STAYS, Article
from service.newsroom.current import newsroom
from service.partners.actions.choosing import wanted
from service.partners.actions.reach import any_of
from service.partners.models import Change, PartnerFeed, Pull
from service.partners.rules.changes import DESELECTED

from ..formats import written
from ..rules import REPUBLISH, Document, Feed, Gone, Item, Shelf, fitting
from .choosing import in_order, newest_and_told
from .copies import Terms
from .documents import document, items_of

MOST_ITEMS = 50
MOST_WITHDRAWN = 200
MOST_BYTES = 4_500_000  # the validator, and readers with it, end at five million
ADDRESS = "/partners/feeds/{name}.{format}"


@dataclass(frozen=True, slots=True)
class Built:
    """`articles` are those that `body` holds."""

    body: bytes
    updated: datetime
    articles: tuple[Article, ...]


def built(feed: PartnerFeed, format: str, now: datetime) -> Built:
    newest, older = _articles(feed, now)
    articles = {article.guid: article for article in in_order([*newest, *older])}
    always = frozenset(article.guid for article in older)
    document = _document(feed, format, list(articles.values()), always, now)
    held = tuple(articles[item.guid] for item in document.items)
    return Built(written(format, document), document.updated, held)


def _articles(feed: PartnerFeed, now: datetime) -> tuple[list[Article], list[Article]]:
    """The newest, and what was withdrawn or corrected lately though it is older. A withdrawal also of what the
    partner was given, as more than the notice, and the filter lets through no more."""
    mine = any_of([feed.selection])
    pulls = Pull.objects.filter(partner=feed.partner, article=OuterRef("pk"), version__lt=OuterRef("version"))
    sound = Article.objects.filter(broken_in_feeds=None)
    shown = sound.shown(now).filter(mine)
    told = sound.told_lately(now).filter(mine | Q(Exists(pulls), status="withdrawn"))
    return newest_and_told(shown, told, MOST_ITEMS, MOST_WITHDRAWN)


def _document(
    feed: PartnerFeed, format: str, articles: list[Article], always: frozenset[str], now: datetime
) -> Document:
    """No limit of size drops the guids of `always`. The key is in no address: whoever copies an item must not
    copy the key."""
    partner, house = feed.partner, newsroom()
    language = feed.languages[0] if len(feed.languages) == 1 else partner.language
    like = Feed(Shelf(language, REPUBLISH), format, ADDRESS.format(name=feed.name, format=format))
    items = fitting(_items(articles, feed, now), always, MOST_BYTES)
    gone = _gone(feed, {item.guid for item in items}, now)
    updated = max(
        [datetime(house.founded, 1, 1, tzinfo=UTC), *(one.updated for one in items), *(one.at for one in gone)]
    )
    whole = document(like, items, updated, now)
    with translation.override(language):
        title = gettext("%(newsroom)s for %(partner)s") % {"newsroom": house.name, "partner": partner.name}
    return replace(
        whole,
        id=f"tag:{house.domain},{house.founded}:partner/{partner.slug}/{feed.name}.{format}",
        title=f"{title}: {feed.name}",
        sibling=None,
        hub="",
        donate_url=whole.donate_url if partner.donation_call else "",
        gone=gone,
    )


def _items(articles: list[Article], feed: PartnerFeed, now: datetime) -> list[Item]:
    """Each in its own language, with its own language's attribution."""
    terms = Terms(feed.partner.images, feed.partner.donation_call)
    found: dict[str, Item] = {}
    for language in {article.language for article in articles}:
        spoken = [article for article in articles if article.language == language]
        found |= {item.guid: item for item in items_of(Shelf(language, REPUBLISH), spoken, now, terms)}
    return [found[article.guid] for article in articles]


def _gone(feed: PartnerFeed, shown: set[str], now: datetime) -> tuple[Gone, ...]:
    """What the partner was given and a narrower filter lets through no more; not what is shown, as withdrawn."""
    lost = Change.objects.filter(partner=feed.partner, kind=DESELECTED, at__gt=now - NOTICE_STAYS)
    rows = lost.exclude(article__in=Article.objects.filter(wanted(feed.selection))).order_by("article", "-number")
    latest = {row.article.guid: Gone(row.article.guid, row.at) for row in reversed(rows.select_related("article"))}
    hidden = (one for guid, one in latest.items() if guid not in shown)
    return tuple(sorted(hidden, key=lambda one: (one.at, one.guid)))
