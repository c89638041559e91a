"""Archive pages as readers find them: each in the chain, and the same bytes for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from django.conf import settings
from django.test import Client

from service.content.actions.bylines import remove_byline
from service.content.actions.store import call_it, take_in, withdraw
from service.content.models import Article
from service.feeds.actions.documents import document
from service.feeds.actions.publish import publish_feeds
from service.feeds.models import ArchivePage, PublishedFeed
from service.feeds.rules import LATEST, Feed, Shelf, feeds_of
from tests import builders

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def stories(count: int, now: datetime, **changes: Any) -> list[Article]:
    """The first one the oldest, a day apart; on no topic and in no country, so that few other feeds are made."""
    told = {"topics": (), "countries": (), **changes}
    return [builders.article(now, published=now - DAY * (count - at), **told) for at in range(count)]


def go(now: datetime) -> None:
    """Until nothing is owed."""
    while publish_feeds(now, seconds=60).looked_at:
        pass


def pages() -> dict[str, bytes]:
    folder = Path(settings.FEEDS_DIR) / "en/latest"
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*")) if path.suffix in (".rss", ".atom")}


def entries(address: str) -> list[Any]:
    inner = address.removeprefix(settings.SITE_URL).removeprefix("/feeds/")
    return list(feedparser.parse((settings.FEEDS_DIR / inner).read_bytes()).entries)


def chain(now: datetime, format: str = "atom") -> list[str]:
    """The current feed's address, then the pages that lead on from it."""
    feed = next(one for one in feeds_of(Shelf("en", LATEST), "en") if one.format == format)
    found = [feed.address]
    while address := document(feed, (), now, now).older.removeprefix(settings.SITE_URL):
        found.append(address)
        slug = address.rpartition("/")[2].rpartition(".")[0]
        feed = Feed(Shelf("en", "archive", slug), format, address)
    return found


def test_whoever_follows_the_chain_gets_every_story(now: datetime) -> None:
    told = stories(50, now)
    go(now)
    for format in ("rss", "atom"):
        found = {entry.id for address in chain(now, format) for entry in entries(address)}
        assert found == {article.guid for article in told}
        assert len(chain(now, format)) >= 4


def test_a_new_story_changes_no_page(now: datetime) -> None:
    stories(50, now)
    go(now)
    before = pages()
    for hours in range(1, 20):
        builders.article(now + HOUR * hours, topics=(), countries=())
        go(now + HOUR * hours)
    after = pages()
    assert {name: after[name] for name in before} == before
    assert len(after) > len(before)


def test_a_correction_or_a_withdrawal_rewrites_the_one_page_that_holds_it(now: datetime) -> None:
    oldest = stories(50, now)[0]
    go(now)
    before = pages()
    withdraw(oldest, "It was wrong.", now + HOUR)
    go(now + HOUR)
    changed = {name for name, body in pages().items() if body != before[name]}
    assert changed == {f"{chain(now)[-1].rpartition('/')[2].rpartition('.')[0]}.{kind}" for kind in ("rss", "atom")}
    (entry,) = [one for one in entries(chain(now)[-1]) if one.id == oldest.guid]
    assert entry.title.startswith("RETRACTED: ")


def test_a_notice_stays_in_its_page_for_ever(now: datetime) -> None:
    oldest = stories(50, now)[0]
    withdraw(oldest, "", now)
    go(now)
    go(now + DAY * 200)
    assert oldest.guid in {entry.id for entry in entries(chain(now)[-1])}
    assert oldest.guid not in {entry.id for entry in entries("/feeds/en/latest.rss")}


def test_an_old_story_that_comes_late_is_in_a_page_of_its_own_and_the_others_stand(now: datetime) -> None:
    stories(50, now)
    go(now)
    before = pages()
    late = [builders.article(now, published=now - DAY * (400 + 40 * at)) for at in range(3)]
    for _ in range(15):
        builders.article(now)
    go(now)
    found = {entry.id for address in chain(now) for entry in entries(address)}
    assert {article.guid for article in late} <= found
    assert {name: pages()[name] for name in before} == before


def test_what_a_first_import_brings_is_archived_once_it_is_complete(now: datetime) -> None:
    for article in stories(20, now):
        Article.objects.filter(pk=article.pk).update(imported=True)
    go(now)
    assert not ArchivePage.objects.exists()
    source = builders.source()
    source.imported_at = now
    source.save()
    go(now)
    assert ArchivePage.objects.count() >= 1


def test_a_call_for_donations_that_comes_and_goes_rewrites_no_page(now: datetime) -> None:
    stories(50, now)
    go(now)
    before = pages()
    builders.campaign(url="https://x.example/now", everywhere=True)
    go(now)
    assert "x.example/now" in str(entries("/feeds/en/latest.rss")[0])
    assert pages() == before


def test_changed_settings_rewrite_every_page_after_the_feeds_that_readers_poll(
    now: datetime, change_newsroom: Any
) -> None:
    stories(50, now)
    go(now)
    before = pages()
    change_newsroom('button = "Support Cauce"', 'button = "Stand by Cauce"')
    publish_feeds(now, seconds=0)
    assert pages() == before
    go(now)
    assert all("Stand by Cauce" in body.decode() for body in pages().values())


def test_a_page_that_is_lost_comes_back_the_same(now: datetime) -> None:
    stories(50, now)
    go(now)
    before = pages()
    for ending in ("", ".gz", ".validators.json"):
        (settings.FEEDS_DIR / f"en/latest/{next(iter(before))}{ending}").unlink()
        go(now)
        assert pages() == before
        assert publish_feeds(now).looked_at == 0


def test_a_page_that_was_cut_short_is_whole_once_its_turn_has_come(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.feeds.actions.owed.TURNS", 6)
    stories(50, now)
    go(now)
    before = pages()
    (settings.FEEDS_DIR / "en/latest" / next(iter(before))).write_bytes(b"<rss")
    for seconds in range(0, 60, 10):
        publish_feeds(now + timedelta(seconds=seconds))
    assert pages() == before


def test_pages_are_listed_nowhere(client: Client, now: datetime) -> None:
    stories(50, now)
    go(now)
    name = ArchivePage.objects.earliest("id").name
    assert PublishedFeed.objects.archives().exists()
    for address in ("/feeds/", "/feeds.opml"):
        assert f"latest/{name}" not in client.get(address).content.decode()


def test_a_story_that_is_corrected_while_two_years_old_is_heard_of_in_the_current_feed(now: datetime) -> None:
    oldest = stories(50, now, topics=("customs",))[0]
    go(now)
    told = builders.draft(external_id=oldest.external_id, title="New", change="correction", note="It was Callao.")
    take_in(oldest.source, told, now + HOUR, first_import=False)
    go(now + HOUR)
    last = entries("/feeds/en/topics/customs.rss")[-1]
    assert (last.id, last.title) == (oldest.guid, "CORRECTED: New")
    go(now + HOUR + DAY * 30)
    assert oldest.guid not in {entry.id for entry in entries("/feeds/en/topics/customs.rss")}


def test_of_many_old_changes_the_ten_latest_are_in_the_current_feed_and_every_withdrawal(now: datetime) -> None:
    told = stories(48, now)
    withdrawn, changed = told[:6], told[6:18]
    for minutes, article in enumerate([*withdrawn, *changed]):
        at = now + timedelta(minutes=minutes)
        if article in withdrawn:
            withdraw(article, "", at)
        else:
            call_it(article.versions.get(), "correction", "It was Callao.", at)
    go(now + HOUR)
    shown = [entry.id for entry in entries("/feeds/en/republish.rss")]
    assert shown[30:] == [article.guid for article in reversed([*withdrawn, *changed[2:]])]


def test_of_a_great_many_withdrawals_the_latest_are_in_the_current_feed_beside_what_is_new(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.feeds.actions.choosing.MOST_WITHDRAWN", 5)
    told = stories(38, now)
    for minutes, article in enumerate(told[:8]):
        withdraw(article, "", now + timedelta(minutes=minutes))
    go(now + HOUR)
    shown = [entry.id for entry in entries("/feeds/en/republish.rss")]
    assert shown == [article.guid for article in reversed(told[3:])]


def test_a_name_that_goes_goes_from_every_page(now: datetime) -> None:
    article = stories(50, now)[0]
    go(now)
    remove_byline(article.authors.get(), now + HOUR)
    go(now + HOUR)
    assert not any("Ferrer" in body.decode() for body in pages().values())
