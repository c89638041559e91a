from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from service.content.models import Article, Disappearance, SetAside
from service.feeds.actions.publish import publish_feeds
from service.feeds.models import BrokenArticle, Polls, PublishedFeed
from service.toolbox import clock
from tests import builders

from .conftest import Enter

FEEDS = "/console/feeds/"
TOPIC, LATEST = "/feeds/en/topics/customs.rss", "/feeds/en/latest.rss"


@pytest.fixture
def at() -> datetime:
    return clock.now()


@pytest.fixture
def story(db: None, at: datetime) -> Article:
    article = builders.article(at)
    publish_feeds(at, seconds=60)
    return article


def row(address: str) -> PublishedFeed:
    return PublishedFeed.objects.get(address=address)


def page(address: str, rest: str = "") -> str:
    return f"{FEEDS}{row(address).pk}/{rest}"


def poll(at: datetime, client: str, asked: int, **more: int) -> None:
    yesterday = at.date() - timedelta(days=1)
    Polls.objects.create(address=LATEST, day=yesterday, client=client, asked=asked, **more)


def test_the_first_sentence_says_whether_all_is_carried(enter: Enter, story: Article, at: datetime):
    desk = enter("reader")
    assert "Every feed carries every article." in desk.get(FEEDS).text

    builders.article(at)
    assert "1 change since" in desk.get(FEEDS).text


def test_each_feed_says_what_it_holds(enter: Enter, story: Article):
    shown = enter("reader").get(FEEDS).text

    assert "Cauce in English: Customs" in shown
    assert "up to date" in shown
    assert '<td class="number">1</td>' in shown


def test_the_feeds_are_narrowed_by_language(enter: Enter, story: Article, at: datetime):
    builders.article(at, language="es")
    publish_feeds(at, seconds=60)

    shown = enter("reader").get(FEEDS, {"language": "es"}).text

    assert "Cauce en español" in shown
    assert "Cauce in English: Customs" not in shown


def test_a_feed_whose_file_is_gone_says_so(enter: Enter, story: Article, settings):
    for path in settings.FEEDS_DIR.glob("en/topics/*"):
        path.unlink()

    assert "its file is missing" in enter("reader").get(FEEDS).text


def test_programs_are_counted_from_ten_up(enter: Enter, story: Article, at: datetime):
    poll(at, "Feedly", 40, unchanged=36, subscribers=160)
    poll(at, "Rare", 9, subscribers=3)

    shown = enter("reader").get(page(LATEST)).text

    for told in ("Feedly", "160", "90 %", "it says so"):
        assert told in shown
    assert "Rare" not in shown


def test_a_program_that_declares_nobody_counts_by_how_often_it_asks(enter: Enter, story: Article, at: datetime):
    poll(at, "NetNewsWire", 24 * 7 * 12)

    shown = enter("reader").get(page(LATEST)).text

    assert "from how often it asks" in shown
    assert '<td class="number">12</td>' in shown


def test_a_feed_is_moved_after_its_page_has_said_what_that_means(enter: Enter, story: Article):
    desk = enter("publisher")
    assert "Programs that read feeds remember it for good." in desk.get(page(TOPIC, "ending/")).text
    referer = {"referer": f"http://testserver{page(TOPIC, 'ending/')}"}

    refused = desk.post(page(TOPIC, "move"), {"to": "nowhere"}, follow=True, headers=referer)
    assert "Give the new feed" in refused.text
    assert row(TOPIC).status == 200

    desk.post(page(TOPIC, "move"), {"to": LATEST})
    assert row(TOPIC).status == 301
    assert f"moved to {LATEST}" in desk.get(page(TOPIC)).text


def test_a_feed_is_closed_and_opened_again(enter: Enter, story: Article):
    desk = enter("publisher")

    desk.post(page(TOPIC, "close"))
    assert row(TOPIC).status == 410
    desk.post(page(TOPIC, "reopen"))
    assert row(TOPIC).status == 200


@pytest.mark.parametrize("verb", ["close", "move", "reopen"])
def test_an_editor_ends_no_feed(enter: Enter, story: Article, verb: str):
    assert enter("editor").post(page(TOPIC, verb), {"to": LATEST}).status_code == 403
    assert row(TOPIC).status == 200


@pytest.fixture
def waiting(story: Article, at: datetime) -> Disappearance:
    return Disappearance.objects.create(article=story, why="its file is gone", since=at, held=True)


@pytest.mark.parametrize(("verb", "status"), [("withdraw", "withdrawn"), ("keep", "published")])
def test_a_publisher_decides_about_withdrawals_that_wait(enter: Enter, waiting: Disappearance, verb: str, status: str):
    desk = enter("publisher")
    assert "its file is gone" in desk.get(FEEDS).text

    desk.post(f"{FEEDS}waiting", {"verb": verb, "doubt": [waiting.pk]})

    assert Article.objects.get().status == status
    assert not Disappearance.objects.exists()


@pytest.mark.parametrize("doubt", ["", "0", "x", "9" * 40])
def test_a_decision_about_nothing_is_refused(enter: Enter, waiting: Disappearance, doubt: str):
    answer = enter("publisher").post(f"{FEEDS}waiting", {"verb": "withdraw", "doubt": doubt}, follow=True)

    assert "None of these waits for a person." in answer.text
    assert Article.objects.get().status == "published"


def test_what_was_set_aside_says_why_and_can_be_tried_again(enter: Enter, story: Article, at: datetime):
    kept = {"title": "A story", "sentence": "It has no title. Give it one.", "since": at, "last": at}
    aside = SetAside.objects.create(source=builders.source("markdown", address="/nowhere"), external_id="9", **kept)
    desk = enter("editor")

    shown = desk.get(FEEDS).text
    assert "1 article is set aside." in shown
    assert "It has no title. Give it one." in shown
    assert "is not a folder" in desk.post(f"{FEEDS}aside/{aside.pk}", follow=True).text


def test_an_article_that_no_feed_could_hold_is_written_again(enter: Enter, story: Article, at: datetime):
    broken = BrokenArticle.objects.create(article=story, version=1, sentence="It holds a control character.", since=at)
    desk = enter("editor")
    assert "It holds a control character." in desk.get(FEEDS).text

    desk.post(f"{FEEDS}broken/{broken.pk}")

    assert not BrokenArticle.objects.exists()
    assert row(TOPIC).is_waiting


def test_a_source_is_read_now_and_says_what_is_wrong(enter: Enter, story: Article):
    builders.source("markdown", address="/nowhere")
    desk = enter("editor")

    assert "is not a folder" in desk.post(f"{FEEDS}sources/markdown", follow=True).text
    assert "It fails since" in desk.get(FEEDS).text
