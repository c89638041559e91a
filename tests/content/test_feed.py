"""RSS and Atom as a source, for a newsroom that has no better door."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.content.actions.pull import Report, add_source, pull
from service.content.models import Article

from .wordpress_site import WordPressSite

pytestmark = pytest.mark.django_db

RSS = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>x</title>
<language>en</language><item><guid>g1</guid><title>Gold</title><link>https://cauce.example/gold/</link>
<description>In short.</description>
<content:encoded>&lt;p&gt;All.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;</content:encoded>
<pubDate>Fri, 20 Nov 2026 09:30:00 +0000</pubDate><category>Customs</category></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><id>tag:x,2026:1</id><title>Gold</title>
<link href="https://cauce.example/gold/"/><updated>2026-11-20T09:30:00Z</updated>
<author><name>Ana Ruiz</name></author>
<content type="html">&lt;p&gt;All.&lt;/p&gt;</content></entry></feed>"""


def take(site: WordPressSite, content: str, now: datetime, kind: str = "application/xml") -> Report:
    site.trouble = lambda: (200, {"Content-Type": kind}, content.encode())
    return pull(add_source("feed", f"{site.url}feed.xml"), now)


def test_rss_comes_in_clean(site: WordPressSite, now: datetime) -> None:
    assert take(site, RSS, now).counts == {"added": 1}
    article = Article.objects.get()
    assert (article.guid, article.title, article.body, article.standfirst) == ("g1", "Gold", "<p>All.</p>", "In short.")
    assert article.published == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert [topic.slug for topic in article.topics.all()] == ["customs"]


def test_atom_comes_in_with_its_author(site: WordPressSite, now: datetime) -> None:
    take(site, ATOM, now)
    assert Article.objects.get().author_names == ["Ana Ruiz"]


def test_twice_is_once_and_what_left_the_window_stays(site: WordPressSite, now: datetime) -> None:
    take(site, RSS, now)
    assert take(site, RSS, now).counts == {"unchanged": 1}
    take(site, RSS.replace("g1", "g2").replace("gold/", "more/"), now)
    assert Article.objects.filter(status="published").count() == 2


def test_an_item_without_a_date_has_the_moment_when_it_was_seen(site: WordPressSite, now: datetime) -> None:
    take(site, RSS.replace("<pubDate>Fri, 20 Nov 2026 09:30:00 +0000</pubDate>", ""), now)
    assert Article.objects.get().published == now


def test_an_item_without_guid_and_link_is_set_aside(site: WordPressSite, now: datetime) -> None:
    bare = RSS.replace("<guid>g1</guid>", "").replace("<link>https://cauce.example/gold/</link>", "")
    assert take(site, bare, now).counts == {"set aside": 1}


@pytest.mark.parametrize("content", ["<html><body>Maintenance</body></html>", "", "{}"])
def test_what_is_no_feed_changes_nothing_and_is_told(site: WordPressSite, now: datetime, content: str) -> None:
    take(site, RSS, now)
    assert "is not a feed" in take(site, content, now, "text/html").trouble
    assert Article.objects.get().status == "published"


def test_an_entity_bomb_is_not_lit(site: WordPressSite, now: datetime) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE rss [<!ENTITY e0 "boom">{levels}]>' + RSS.replace("Gold", "&e11;")
    take(site, bomb, now)
    assert all(len(title) < 500 for title in Article.objects.values_list("title", flat=True))
