"""Articles reach feeds: which, when, and with which bytes."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import feedparser
import pytest
from django.conf import settings
from django.db import connection

from service.content.actions.store import take_in, withdraw
from service.content.models import Article, Version
from service.content.rules.drafts import Term
from service.feeds.actions.publish import publish_feeds
from service.feeds.models import BrokenArticle, PublishedFeed
from tests import builders

pytestmark = pytest.mark.django_db


def read(name: str) -> Any:
    return feedparser.parse((settings.FEEDS_DIR / name).read_bytes())


def everything() -> dict[str, bytes]:
    folder = Path(settings.FEEDS_DIR)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def change(article: Article, now: datetime, **fields: Any) -> None:
    told = builders.draft(external_id=article.external_id, published=article.published, **fields)
    assert take_in(article.source, told, now, first_import=False) == "changed"


def test_a_published_article_is_in_each_feed_of_its_subjects(now: datetime) -> None:
    article = builders.article(now, terms=(Term("tag", "aduana", "Aduana"),))
    publish_feeds(now)
    for name in ("latest", "topics/customs", "countries/pe", "authors/lucia-ferrer", "kinds/brief", "republish"):
        for kind in ("rss", "atom"):
            assert [entry.id for entry in read(f"en/{name}.{kind}").entries] == [article.guid], name
    for name in ("cms/feed/index.rss", "cms/en/feed/index.rss", "cms/tag/aduana/feed/index.rss"):
        assert [entry.id for entry in read(name).entries] == [article.guid], name


def test_nothing_owed_writes_nothing(now: datetime) -> None:
    builders.article(now)
    publish_feeds(now)
    before = everything()
    assert publish_feeds(now + timedelta(hours=1)).looked_at == 0
    assert everything() == before


def test_only_the_feeds_that_an_article_touches_are_written(now: datetime) -> None:
    builders.article(now, topics=("customs",))
    builders.article(now, topics=("prisons",))
    publish_feeds(now)
    before = everything()
    builders.article(now + timedelta(minutes=1), topics=("prisons",))
    publish_feeds(now + timedelta(minutes=1))
    assert everything()["en/topics/customs.rss"] == before["en/topics/customs.rss"]
    assert everything()["en/topics/prisons.rss"] != before["en/topics/prisons.rss"]


def test_an_article_that_loses_a_topic_leaves_its_feed(now: datetime) -> None:
    article = builders.article(now, topics=("customs",))
    publish_feeds(now)
    change(article, now, topics=("prisons",))
    publish_feeds(now)
    assert read("en/topics/customs.rss").entries == []
    assert len(read("en/topics/prisons.rss").entries) == 1


def test_last_modified_grows_when_an_item_goes(now: datetime) -> None:
    article = builders.article(now, topics=("customs",))
    publish_feeds(now)
    before = PublishedFeed.objects.get(address="/feeds/en/topics/customs.rss").updated
    change(article, now, topics=("prisons",))
    publish_feeds(now)
    after = PublishedFeed.objects.get(address="/feeds/en/topics/customs.rss").updated
    assert before is not None
    assert after is not None
    assert after - before >= timedelta(seconds=1)


def test_a_silent_fix_moves_no_date_and_keeps_the_guid(now: datetime) -> None:
    article = builders.article(now, title="Befor")
    publish_feeds(now)
    before = read("en/latest.atom").entries[0]
    change(article, now + timedelta(hours=1), title="Before")
    publish_feeds(now + timedelta(hours=1))
    after = read("en/latest.atom").entries[0]
    assert (after.id, after.published, after.updated) == (before.id, before.published, before.updated)
    assert after.title == "Before"


def test_a_correction_is_marked_and_its_note_stands_above_the_text(now: datetime) -> None:
    article = builders.article(now)
    change(article, now, change="correction", note="The port is Callao.", title="New")
    publish_feeds(now)
    entry = read("en/latest.rss").entries[0]
    assert entry.title == "CORRECTED: New"
    assert entry.content[0].value.index("The port is Callao.") < entry.content[0].value.index("By Luc")


def test_a_withdrawn_article_leaves_a_notice_for_90_days(now: datetime) -> None:
    article = builders.article(now, title="Gone", body="<p>Its text.</p>")
    withdraw(article, "", now)
    publish_feeds(now)
    entry = read("en/latest.rss").entries[0]
    assert entry.id == article.guid
    assert entry.title == "RETRACTED: Gone"
    assert "Its text" not in str(entry)
    later = now + timedelta(days=90, seconds=2)
    publish_feeds(later)
    assert read("en/latest.rss").entries == []


def test_a_scheduled_article_appears_at_its_hour_and_no_cache_outlives_it(now: datetime) -> None:
    builders.article(now)
    builders.article(now, published=now + timedelta(minutes=5), title="Later")
    publish_feeds(now)
    row = PublishedFeed.objects.get(address="/feeds/en/latest.rss")
    assert row.next_change == now + timedelta(minutes=5)
    assert len(read("en/latest.rss").entries) == 1
    publish_feeds(now + timedelta(minutes=5))
    assert read("en/latest.rss").entries[0].title == "Later"


def test_an_article_that_breaks_a_feed_is_set_aside_and_the_feed_goes_out(now: datetime) -> None:
    bad = builders.article(now)
    good = builders.article(now)
    Article.objects.filter(pk=bad.pk).update(title="broken \x0b title")
    publish_feeds(now)
    assert [entry.id for entry in read("en/latest.rss").entries] == [good.guid]
    assert BrokenArticle.objects.get().article == bad


def test_an_article_set_aside_comes_back_once_it_is_mended(now: datetime) -> None:
    bad = builders.article(now)
    Article.objects.filter(pk=bad.pk).update(title="broken \x0b title")
    publish_feeds(now)
    change(bad, now, title="Mended")
    publish_feeds(now)
    assert read("en/latest.rss").entries[0].title == "Mended"
    assert not BrokenArticle.objects.exists()


@pytest.mark.parametrize("name", ["en/latest.rss", "en/latest.rss.gz", "en/latest.rss.validators.json"])
def test_a_file_that_is_lost_is_owed_and_comes_back_the_same(now: datetime, name: str) -> None:
    builders.article(now)
    publish_feeds(now)
    before = everything()
    (settings.FEEDS_DIR / name).unlink()
    publish_feeds(now)
    assert everything() == before


def test_a_file_cut_short_is_written_anew(now: datetime) -> None:
    builders.article(now)
    publish_feeds(now)
    path = settings.FEEDS_DIR / "en/latest.rss"
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    publish_feeds(now)
    assert path.read_bytes() == whole


def test_changed_settings_reach_every_feed(now: datetime, change_newsroom: Any) -> None:
    builders.article(now)
    publish_feeds(now)
    change_newsroom('button = "Support Cauce"', 'button = "Stand by Cauce"')
    publish_feeds(now)
    assert "Stand by Cauce" in read("en/topics/customs.rss").entries[0].content[0].value


def test_a_summary_feed_carries_the_attribution_and_not_the_text(now: datetime, change_newsroom: Any) -> None:
    change_newsroom('body = "full" ', 'body = "summary" ')
    builders.article(now, standfirst="In short.", body="<p>The long text.</p>")
    publish_feeds(now)
    public, open_feed = read("en/latest.rss").entries[0], read("en/republish.rss").entries[0]
    assert "The long text." not in str(public)
    assert "The long text." in open_feed.content[0].value
    for told in ("In short.", "By Lucía Ferrer, Cauce", "creativecommons.org", "https://cauce.example/donate/"):
        assert told in public.content[0].value


def test_the_open_feed_names_the_newsroom_beside_each_author(now: datetime) -> None:
    builders.article(now)
    publish_feeds(now)
    assert read("en/republish.rss").entries[0].author == "Lucía Ferrer, Cauce"
    assert read("en/republish.atom").entries[0].author == "Lucía Ferrer, Cauce"
    assert read("en/latest.rss").entries[0].author == "Lucía Ferrer"


def test_pictures_of_unknown_rights_stay_out_of_the_open_feed(now: datetime) -> None:
    builders.article(now, body='<p>Text.</p><figure><img src="https://agency.example/p.jpg" alt=""></figure>')
    publish_feeds(now)
    assert "agency.example" not in str(read("en/republish.rss").entries[0])
    assert "agency.example" in str(read("en/latest.rss").entries[0])


def test_feeds_are_30_items_long_newest_first(now: datetime) -> None:
    for minutes in range(35):
        builders.article(now, published=now - timedelta(minutes=minutes), title=f"Number {minutes}")
    publish_feeds(now, seconds=60)
    titles = [entry.title for entry in read("en/latest.rss").entries]
    assert titles == [f"Number {minutes}" for minutes in range(30)]


def test_heavy_articles_keep_a_feed_within_512_kb(now: datetime) -> None:
    for _ in range(5):
        builders.article(now, body="<p>" + "A long story. " * 15_000 + "</p>")
    publish_feeds(now)
    assert (settings.FEEDS_DIR / "en/latest.rss").stat().st_size <= 700_000
    assert len(read("en/latest.rss").entries) == 2


def test_the_translation_is_a_related_link_and_no_second_item(now: datetime) -> None:
    builders.article(now, translation="t1", title="In English")
    builders.article(now, translation="t1", language="es", title="En español")
    publish_feeds(now)
    (entry,) = read("en/latest.atom").entries
    related = [link for link in entry.links if link.rel == "related"]
    assert [(link.hreflang, link.title) for link in related] == [("es", "En español")]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_publish_every_article_once(now: datetime) -> None:
    articles = [builders.article(now) for _ in range(5)]

    def work() -> None:
        publish_feeds(now)
        connection.close()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert {entry.id for entry in read("en/latest.rss").entries} == {article.guid for article in articles}
    assert not Version.objects.owed_to_feeds().exists()


def test_related_articles_stand_in_the_full_text_item_with_label_date_and_standfirst(now: datetime) -> None:
    older = builders.article(now, title="Older", standfirst="What came before.", published=now - timedelta(days=3))
    builders.article(now, title="Newer")
    publish_feeds(now)
    shown = read("en/latest.rss").entries[0].content[0].value
    for told in (older.canonical_url, "Older", "What came before.", "Brief · November 21, 2026"):
        assert told in shown


def test_a_new_story_changes_no_older_item(now: datetime) -> None:
    for number in range(4):
        builders.article(now, published=now - timedelta(days=number + 1))
    publish_feeds(now)
    before = {entry.id: entry.content[0].value for entry in read("en/latest.rss").entries}
    builders.article(now)
    publish_feeds(now)
    after = {entry.id: entry.content[0].value for entry in read("en/latest.rss").entries}
    assert {key: after[key] for key in before} == before
