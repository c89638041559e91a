"""Held at the desk: by whoever may stop things, released by a publisher, and told wherever one looks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.content.actions.holding import hold
from service.content.models import Article
from service.editions.actions.decide import approve
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import draft_now
from service.editions.models import Edition
from service.people.models import Deed
from service.toolbox import clock
from tests import builders

from .conftest import Enter

WHY = "Her source was followed."


@pytest.fixture
def story(db: None) -> Article:
    return builders.article(clock.now(), title="A port without a guard")


@pytest.fixture
def sending(story: Article) -> Edition:
    now = clock.now()
    builders.article(now, title="Another story")
    builders.reader(now)
    edition = draft_now(now + timedelta(minutes=1), "en").edition
    assert edition
    approve(edition, "maria", now)
    dispatch_editions(now)
    return Edition.objects.get()


def page(article: Article, rest: str = "") -> str:
    return f"/console/articles/{article.pk}/{rest}"


def now_of(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


def test_an_editor_holds_it_and_only_a_publisher_releases_it(enter: Enter, story: Article):
    editor, publisher = enter("editor"), enter("publisher", name="maria")

    told = editor.post(page(story, "hold"), {"reason": WHY}, follow=True)
    assert "is held. It is out of every outlet within a minute." in told.text
    assert (now_of(story).held_by, now_of(story).held_why) == ("ana", WHY)
    assert editor.post(page(story, "release")).status_code == 403
    assert now_of(story).status == "held"
    told = publisher.post(page(story, "release"), follow=True)
    assert "It is released: every outlet carries it within a minute." in told.text
    assert now_of(story).status == "published"


def test_both_stand_in_the_log_with_the_reason(enter: Enter, story: Article):
    desk = enter("publisher")
    desk.post(page(story, "hold"), {"reason": WHY})
    desk.post(page(story, "release"))

    deeds = Deed.objects.exclude(outcome="asked").order_by("pk")
    assert [(deed.what, deed.outcome) for deed in deeds] == [
        ("console:article_hold", "done"),
        ("console:article_release", "done"),
    ]
    assert Deed.objects.filter(what="console:article_hold", noted=f"reason={WHY}").exists()


def test_without_a_reason_it_is_not_held(enter: Enter, story: Article):
    referer = {"referer": f"http://testserver{page(story)}"}
    told = enter("editor").post(page(story, "hold"), {"reason": " "}, follow=True, headers=referer)

    assert "Say why it is held" in told.text
    assert now_of(story).status == "published"


def test_the_first_page_and_its_own_say_who_holds_it_and_why(enter: Enter, story: Article):
    hold(story, "rosa", WHY, clock.now())
    desk = enter("reader")

    assert WHY in desk.get("/console/").text
    shown = desk.get(page(story)).text
    assert "by rosa: no outlet may show it." in shown
    assert WHY in shown
    assert "Release it" not in shown
    assert "1 held" in desk.get("/console/articles/?status=held").text


def test_beside_each_story_of_a_letter_under_way_is_a_brake(enter: Enter, story: Article, sending: Edition):
    desk, address = enter("editor"), f"/console/editions/{sending.slug}/"
    assert page(story, "hold") in desk.get(address).text

    told = desk.post(page(story, "hold"), {"reason": WHY, "edition": sending.slug}, follow=True)

    assert told.request["PATH_INFO"] == address
    assert "goes on without it, to 1 reader; 0 readers had it already." in told.text
    assert "is held, and does not stand in this letter." in told.text
    assert page(story, "hold") not in told.text
    assert "It was taken out of this one on the way: 0 readers have it." in desk.get(page(story)).text


def test_who_only_reads_has_no_brake(enter: Enter, story: Article, sending: Edition):
    desk = enter("reader")

    assert "Hold this story" not in desk.get(f"/console/editions/{sending.slug}/").text
    assert "Hold it" not in desk.get(page(story)).text
