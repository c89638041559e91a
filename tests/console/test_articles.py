from __future__ import annotations

from datetime import datetime

import pytest

from service.content.models import Article
from service.delivery.models import Message
from service.feeds.actions.publish import publish_feeds
from service.toolbox import clock
from tests import builders

from . import stories
from .conftest import Enter
from .stories import Story

NOTE = "The boat had one engine."


@pytest.fixture
def at() -> datetime:
    return clock.now()


@pytest.fixture
def story(db: None, at: datetime) -> Story:
    return stories.changed(at)


def page(article: Article, rest: str = "") -> str:
    return f"/console/articles/{article.pk}/{rest}"


@pytest.mark.parametrize("words", ["guard port", "PORT", "https://cauce.example/story", "{key}", "{id}"])
def test_an_article_is_found_by_title_address_and_id(enter: Enter, story: Story, at: datetime, words: str):
    builders.article(at, title="Elsewhere", url="https://elsewhere.example/")

    found = enter("reader").get(
        "/console/articles/", {"words": words.format(key=story.article.key, id=story.article.pk)}
    )

    assert "A port without a guard" in found.text
    assert "Elsewhere" not in found.text


def test_the_list_is_narrowed_by_what_it_knows_and_by_nothing_else(enter: Enter, story: Story, at: datetime):
    builders.article(at, language="es", kind="news", title="Un puerto")
    desk = enter("reader")

    for narrowed in ({"language": "es"}, {"kind": "news"}):
        assert "A port without" not in desk.get("/console/articles/", narrowed).text
    odd = desk.get("/console/articles/", {"order": "fingerprint", "status": "x' OR 1=1", "words": "\x00"})
    assert "A port without" in odd.text


def test_a_long_list_goes_on_and_keeps_what_was_asked(enter: Enter, db: None, at: datetime):
    for number in range(31):
        builders.article(at, title=f"Customs {number:02d}")

    first = enter("reader").get("/console/articles/?words=customs&order=title").text

    assert "Customs 29" in first
    assert "Customs 30" not in first
    assert "?words=customs&amp;order=title&amp;leaf=2" in first


def test_the_page_says_which_version_each_outlet_has(enter: Enter, story: Story, at: datetime):
    stories.pulled(story.article, at)
    stories.sent(at)

    shown = enter("reader").get(page(story.article)).text

    assert "1 partner pulled it, 0 readers have it in a letter." in shown
    assert "Diario del Puerto" in shown
    assert "The weekly in English" in shown
    assert '<span class="good">version 2</span>' in shown


def test_what_is_owed_to_feeds_is_told(enter: Enter, story: Story, at: datetime):
    desk = enter("publisher")
    desk.post(page(story.article, "correct"), {"kind": "correction", "note": NOTE})

    assert "(to be written anew)" in desk.get(page(story.article)).text
    publish_feeds(at, seconds=60)
    assert "(to be written anew)" not in desk.get(page(story.article)).text


def test_each_version_says_what_it_changed(enter: Enter, story: Story):
    shown = enter("reader").get(page(story.article)).text

    assert "<del>first</del>" in shown
    assert "<ins>boat</ins>" in shown
    assert "The second" not in shown


def test_the_last_change_is_called_a_correction_with_its_note(enter: Enter, story: Story):
    answer = enter("publisher").post(page(story.article, "correct"), {"kind": "correction", "note": NOTE}, follow=True)

    assert "every outlet shows the note" in answer.text
    assert (story.now().change, story.now().note) == ("correction", NOTE)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"kind": "correction", "note": " "}, "A correction needs a sentence"),
        ({"kind": "withdrawal", "note": "x"}, "A change can be called a fix"),
    ],
)
def test_a_correction_that_says_nothing_is_refused_with_a_sentence(
    enter: Enter, story: Story, form: dict[str, str], sentence: str
):
    referer = {"referer": f"http://testserver{page(story.article)}"}

    answer = enter("publisher").post(page(story.article, "correct"), form, follow=True, headers=referer)

    assert sentence in answer.text
    assert story.latest.kind == "fix"


def test_before_it_is_withdrawn_the_desk_reads_whom_that_reaches(enter: Enter, story: Story, at: datetime):
    stories.pulled(story.article, at)
    stories.sent(at)
    Message.objects.update(state="accepted")

    shown = enter("publisher").get(page(story.article, "withdraw/")).text

    assert "1 partner pulled it, 1 reader has it in a letter." in shown
    assert story.now().status == "published"


def test_an_editor_corrects_and_withdraws_nothing(enter: Enter, story: Story):
    desk = enter("editor")

    for rest in ("correct", "kill", "restore"):
        assert desk.post(page(story.article, rest), {"kind": "update"}).status_code == 403
    assert "Withdraw it" not in desk.get(page(story.article)).text
    assert (story.now().status, story.latest.kind) == ("published", "fix")


def test_what_the_desk_withdraws_is_gone_until_it_restores_it(enter: Enter, story: Story):
    desk = enter("publisher")

    desk.post(page(story.article, "kill"), {"note": "A source is in danger."})
    assert (story.now().status, story.now().note) == ("withdrawn", "A source is in danger.")
    assert "nothing that the source says brings it back" in desk.get(page(story.article)).text
