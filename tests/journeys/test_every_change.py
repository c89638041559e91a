"""What becomes of a story reaches every outlet that holds it: under the same guid, with its dates moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from django.conf import settings

from service.content.actions.bylines import remove_byline
from service.content.actions.store import take_in, withdraw
from service.content.models import Article, Author
from service.content.rules.drafts import Person, Term
from service.feeds.actions.publish import publish_feeds
from service.feeds.models import PublishedFeed
from tests import builders

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PAIR = (Person("ana", "Ana Ruiz"), Person("lucia", "Lucía Ferrer"))
Change = Callable[[Article, datetime], None]


def correct(article: Article, now: datetime) -> None:
    told = builders.draft(
        external_id=article.external_id, title="New", change="correction", note="Callao.", authors=PAIR, terms=TERMS
    )
    take_in(article.source, told, now, first_import=False)


def withdrawn(article: Article, now: datetime) -> None:
    withdraw(article, "It was wrong.", now)


def unnamed(article: Article, now: datetime) -> None:
    remove_byline(Author.objects.get(slug="ana"), now)


def restored(article: Article, now: datetime) -> None:
    withdraw(article, "", now - HOUR)
    go(now - HOUR)
    told = builders.draft(external_id=article.external_id, title="Back", authors=PAIR, terms=TERMS)
    take_in(article.source, told, now, first_import=False)


TERMS = (Term("tag", "aduana", "Aduana"),)
CHANGES = [
    (correct, "CORRECTED: New"),
    (withdrawn, "RETRACTED: Old"),
    (unnamed, "Old"),
    (restored, "Back"),
]


@pytest.fixture
def old(now: datetime) -> Article:
    """In an archive page, and older than what the feeds of its subjects hold."""
    article = builders.article(now, title="Old", authors=PAIR, terms=TERMS, published=now - DAY * 40)
    for minutes in range(31):
        builders.article(now, authors=PAIR[1:], terms=TERMS, published=now - timedelta(minutes=minutes))
    go(now)
    return article


def go(now: datetime) -> None:
    while publish_feeds(now, seconds=60).looked_at:
        pass


def feeds_with(guid: str) -> dict[str, tuple[str, datetime]]:
    """By address: its title there, and when it was updated."""
    found = {}
    for path in sorted(Path(settings.FEEDS_DIR).rglob("*")):
        if path.suffix in (".rss", ".atom"):
            for entry in feedparser.parse(path.read_bytes()).entries:
                if entry.id == guid:
                    moment = datetime(*entry.updated_parsed[:6], tzinfo=UTC)
                    found[str(path.relative_to(settings.FEEDS_DIR))] = (entry.title, moment)
    return found


@pytest.mark.parametrize(("change", "title"), CHANGES)
def test_a_change_reaches_every_feed_under_the_same_guid(
    old: Article, now: datetime, change: Change, title: str
) -> None:
    change(old, now + DAY)
    go(now + DAY)
    found = feeds_with(old.guid)
    assert set(found.values()) == {(title, now + DAY)}
    for name in ("latest", "republish", "topics/customs", "countries/pe", "kinds/brief", "authors/lucia"):
        assert {f"en/{name}.rss", f"en/{name}.atom"} <= set(found)
    assert {"cms/feed/index.rss", "cms/tag/aduana/feed/index.rss", "en/latest/2026-10.atom"} <= set(found)


@pytest.mark.parametrize(("change", "title"), CHANGES)
def test_last_modified_moves_of_every_feed_that_tells_of_it(
    old: Article, now: datetime, change: Change, title: str
) -> None:
    before = dict(PublishedFeed.objects.values_list("address", "updated"))
    change(old, now + DAY)
    go(now + DAY)
    after = {row.address: row for row in PublishedFeed.objects.filter(built_at=now + DAY)}
    assert len(after) >= 17
    for address, row in after.items():
        assert row.updated is not None
        assert row.updated >= now + DAY > before[address], address
