"""A partner's WordPress takes in our articles: what it publishes passes our check, and follows what becomes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.installation import Installation, installed

from .partner_site import PartnerSite
from .site import WordPress

STORY = """---
id: {id}
language: en
title: Gold on the river
authors: [Lucía Ferrer]
url: https://cauce.example/{id}/
{more}---
The scales were found
in a shed on the bank of the Yarinal, wrapped in a flag of the cooperative [sic].

Nobody had asked for them in {years} years, said the man who keeps the shed and the only key to it.

“We weighed what came,” he said, “and what came was never ours & never theirs.” The ledger agrees with him
on every page but the last, which was cut out with a knife some time before the inspectors came.

> The cooperative has no miners, and it has sold four tonnes of gold since the year it was founded.
"""

_CHOOSE = """
from service.partners.actions.selecting import select_again
from service.partners.models import PartnerFeed
from service.partners.rules.selection import Selection
from service.toolbox import clock
select_again(PartnerFeed.objects.get(), Selection(topics={topics}), clock.now())
"""


class Newsroom:
    """Byline with a folder of articles, and a partner's key."""

    def __init__(self, there: Installation, folder: Path) -> None:
        self._there, self._folder = there, folder
        folder.mkdir()
        self.write("first")
        there.byline("ingest", "markdown", str(folder))
        told = there.byline(
            "create_partner", "The Daily Test", "--corrections-to", "desk@daily.example", "--terms", "1"
        )
        self.feed = next(line for line in told.splitlines() if line.startswith("Its feed: ")).removeprefix("Its feed: ")
        self.key = self.feed.split("/")[-2]

    def write(self, id: str, years: str = "ten", more: str = "") -> None:
        (self._folder / f"{id}.md").write_text(STORY.format(id=id, years=years, more=more), encoding="utf-8")

    def withdraw(self, id: str) -> None:
        """A folder that is empty would be taken for a mishap."""
        self.write("another")
        (self._folder / f"{id}.md").unlink()

    def read_again(self) -> None:
        self._there.byline("pull_sources")

    def choose(self, *topics: str) -> None:
        """What the partner's feed lets through from now on; none named: all."""
        self._there.byline("shell", "--command", _CHOOSE.format(topics=topics))

    def check(self, page: str) -> str:
        """Fails unless the page passes."""
        article = ("--article", "https://cauce.example/first/")
        return self._there.byline("check_republication", page, *article, "--trust", "127.0.0.1")

    def revoke_key(self) -> None:
        self._there.byline("revoke_key", self.key.split("_")[1])


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    with installed("embedded", tmp_path) as there:
        yield Newsroom(there, tmp_path / "articles")


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    """A WordPress that is not the newsroom's."""
    site = WordPress()
    site.start(tmp_path_factory.mktemp("partner"))
    try:
        site.install()
        PartnerSite(site).install()
        yield site
    finally:
        site.stop()


@pytest.fixture
def partner(second: WordPress, newsroom: Newsroom) -> Iterator[PartnerSite]:
    """The plugin is set to the feed of the newsroom."""
    site = PartnerSite(second)
    assert "Saved." in site.save(address=newsroom.feed, status="draft", withdrawn="notice")
    yield site
    for post in site.posts():
        second.delete(post["id"])


def test_an_imported_article_passes_the_check_and_a_withdrawal_reaches_it(
    newsroom: Newsroom, partner: PartnerSite
) -> None:
    assert "1 new" in partner.import_now()
    (post,) = partner.posts()
    assert post["status"] == "draft"
    partner.wordpress.update_post(post["id"], status="publish")
    (post,) = partner.posts()
    assert "as agreed" in newsroom.check(post["link"])
    assert '<link rel="canonical" href="https://cauce.example/first/" />' in partner.page(post)
    assert re.search(r'post-author__name">(<a[^>]*>)?Lucía Ferrer, Cauce<', partner.page(post))

    newsroom.write("first", "eleven", 'change: correction\nnote: "Eleven years, not ten."\n')
    newsroom.read_again()
    partner.wait_an_hour()
    assert "Correction: Eleven years, not ten." in partner.page(post)
    newsroom.check(post["link"])

    newsroom.withdraw("first")
    newsroom.read_again()
    partner.wait_an_hour()
    assert "has withdrawn this article" in partner.page(post)
    assert "Yarinal" not in partner.page(post)
    newsroom.check(post["link"])
    assert partner.wordpress.php("return count(wp_get_post_revisions($given));", post["id"]) == 0


def test_the_text_arrives_as_it_was_sent(newsroom: Newsroom, partner: PartnerSite) -> None:
    partner.import_now()
    (post,) = partner.posts()
    assert "<p>The scales were found\nin a shed" in post["content"]["rendered"]
    assert '<p lang="en"><em>By Lucía Ferrer, Cauce.' in post["content"]["rendered"]
    assert '<a rel="license" href=' in post["content"]["rendered"]


def test_nothing_is_imported_twice_and_an_unchanged_feed_not_even_sent(
    newsroom: Newsroom, partner: PartnerSite
) -> None:
    assert "1 new" in partner.import_now()
    assert "Nothing has changed." in partner.import_now()
    newsroom.write("second")
    newsroom.read_again()
    assert "1 new, 0 changed, 0 withdrawn, 0 left the feed, 1 as they were" in partner.import_now()
    assert len(partner.posts()) == 2


def test_where_the_desk_says_so_posts_go_out_at_once_and_a_withdrawn_one_is_unpublished(
    newsroom: Newsroom, partner: PartnerSite
) -> None:
    partner.save(status="publish", withdrawn="draft")
    partner.import_now()
    (post,) = partner.posts()
    assert post["status"] == "publish"
    newsroom.withdraw("first")
    newsroom.read_again()
    assert "1 withdrawn" in partner.import_now()
    assert "draft" in [one["status"] for one in partner.posts() if one["id"] == post["id"]]


def test_what_a_narrower_filter_shuts_out_is_unpublished_and_may_be_published_again(
    newsroom: Newsroom, partner: PartnerSite
) -> None:
    partner.save(status="publish")
    partner.import_now()
    (post,) = partner.posts()
    newsroom.choose("prisons")
    assert "1 left the feed" in partner.import_now()
    (left,) = partner.posts()
    assert (left["status"], "Yarinal" in left["content"]["rendered"]) == ("draft", True)
    partner.wordpress.update_post(post["id"], status="publish")
    newsroom.write("second")
    newsroom.read_again()
    assert "0 left the feed" in partner.import_now()
    newsroom.choose()
    assert "1 new, 1 changed" in partner.import_now()
    assert [one["status"] for one in partner.posts()] == ["publish", "publish"]


def test_the_key_is_shown_nowhere_and_its_end_is_said_in_a_sentence(newsroom: Newsroom, partner: PartnerSite) -> None:
    partner.import_now()
    newsroom.revoke_key()
    assert "This key was revoked." in partner.import_now()
    assert "This key was revoked." in partner.wordpress.log()
    assert newsroom.key not in partner.settings_page() + partner.wordpress.log()
