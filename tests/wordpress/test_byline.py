"""Byline beside a real WordPress: what an editor does there is in feeds and mailboxes here."""

from __future__ import annotations

from collections.abc import Iterator

import feedparser
import httpx
import pytest

from tests.journeys.installation import HOOK_SECRET, Installation, installed
from tests.journeys.processes import WAIT_SECONDS, eventually

from .conftest import PLUGIN
from .site import WordPress

READER = "ana@readers.example"


@pytest.fixture(scope="module")
def there(wordpress: WordPress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Byline with 500 posts of this WordPress taken in, and the plugin pointed at it."""
    wordpress.import_posts(
        [
            {
                "title": f"Archive {number}",
                "content": f"<p>What happened on day {number}.</p>",
                "date_gmt": f"2026-0{1 + number // 60}-{1 + number % 28:02d} 10:00:00",
                "categories": ["News"],
                "tags": ["Customs" if number % 2 else "Prisons"],
            }
            for number in range(500)
        ]
    )
    with installed("services", tmp_path_factory.mktemp("byline")) as byline:
        wordpress.install_plugin(PLUGIN, byline.url, HOOK_SECRET)
        assert "500 added" in byline.byline("ingest", "wordpress", wordpress.url)
        byline.subscribe(READER)
        yield byline
    wordpress.settle()


def guids(content: bytes) -> list[str]:
    return [entry.id for entry in feedparser.parse(content).entries]


def test_500_posts_are_pulled_whole_and_pulled_again_without_a_new_version(
    there: Installation, wordpress: WordPress
) -> None:
    assert " added" not in there.byline("ingest", "wordpress", wordpress.url)
    assert " changed" not in there.byline("pull_sources")
    assert there.letters(READER, "Just published") == []


def test_every_guid_is_the_one_in_wordpress_own_feed(there: Installation, wordpress: WordPress) -> None:
    own = guids(wordpress.feed())
    assert len(own) >= 10
    eventually(lambda: guids(httpx.get(f"{there.url}/feed/", timeout=WAIT_SECONDS).content)[: len(own)] == own)
    assert eventually(lambda: guids(httpx.get(f"{there.url}/tag/customs/feed/", timeout=WAIT_SECONDS).content))


def test_a_post_published_corrected_unpublished_and_trashed_is_followed(
    there: Installation, wordpress: WordPress
) -> None:
    post = wordpress.create_post(
        title="Gold on the river", content="<p>Scales were found.</p>", excerpt="In short.", status="publish"
    )["id"]
    eventually(lambda: "Gold on the river" in there.titles("/feeds/en/latest.rss"))
    (alert,) = eventually(lambda: there.letters(READER, "GOLD ON THE RIVER"))
    assert "In short." in alert
    guid = there.feed("/feeds/en/latest.rss").entries[0].id

    change = {"byline_change": "correction", "byline_note": "The river is the Yarinal."}
    wordpress.update_post(post, title="Gold on the Yarinal", meta=change)
    eventually(lambda: "CORRECTED: Gold on the Yarinal" in there.titles("/feeds/en/latest.rss"))
    corrected = there.feed("/feeds/en/latest.rss").entries[0]
    assert corrected.id == guid
    assert "The river is the Yarinal." in corrected.content[0].value

    wordpress.unpublish(post)
    eventually(lambda: "RETRACTED: Gold on the Yarinal" in there.titles("/feeds/en/latest.rss"))
    wordpress.update_post(post, status="publish")
    eventually(lambda: "Gold on the Yarinal" in there.titles("/feeds/en/latest.rss"))
    wordpress.trash(post)
    eventually(lambda: "RETRACTED: Gold on the Yarinal" in there.titles("/feeds/en/latest.rss"))
    assert len(there.letters(READER, "Just published")) == 1


def test_a_post_behind_a_password_never_comes_in_and_one_that_goes_there_is_withdrawn(
    there: Installation, wordpress: WordPress
) -> None:
    wordpress.create_post(title="Secret", content="<p>Hidden.</p>", status="publish", password="x")
    post = wordpress.create_post(title="Open at first", content="<p>Seen.</p>", status="publish")["id"]
    eventually(lambda: "Open at first" in there.titles("/feeds/en/latest.rss"))
    wordpress.update_post(post, password="x")
    eventually(lambda: "RETRACTED: Open at first" in there.titles("/feeds/en/latest.rss"))
    assert "Secret" not in " ".join(there.titles("/feeds/en/latest.rss"))


def test_the_open_feed_holds_the_full_text_with_attribution(there: Installation, wordpress: WordPress) -> None:
    wordpress.create_post(title="To republish", content="<p>All of the text.</p>", status="publish")
    eventually(lambda: "To republish" in there.titles("/feeds/en/republish.rss"))
    entry = there.feed("/feeds/en/republish.rss").entries[0]
    before, found, after = entry.content[0].value.partition("All of the text.")
    assert found
    assert entry.link in before
    assert entry.link in after
    assert "Cauce" in before
