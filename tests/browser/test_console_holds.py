"""The brake beside a story, in a browser: it can be used, and its pages are in order in both languages."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from service.content.models import Article
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import draft_now
from service.editions.models import Edition
from service.feeds.actions.publish import publish_feeds
from service.toolbox import clock
from tests import builders

from .conftest import Open
from .desk import faults, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sending() -> Edition:
    now = clock.now()
    for title in ("A port without a guard", "Gold on the river"):
        builders.article(now, title=title, kind="investigation")
    builders.reader(now)
    publish_feeds(now, seconds=60)
    edition = draft_now(now + timedelta(minutes=1), "en").edition
    assert edition
    edition.set_approved("newsroom.toml", now, now)
    dispatch_editions(now)
    return Edition.objects.get(state="sending")


def kept(page: Page, name: str) -> None:
    if os.environ.get("HOLD_SHOTS"):
        page.set_viewport_size({"width": 1200, "height": 900})
        page.screenshot(path=Path(os.environ["HOLD_SHOTS"]) / f"{name}.png", full_page=True)


def test_a_story_is_held_on_the_page_of_its_letter(visit: Open, live_server: Any, sending: Edition) -> None:
    page = signed_in(visit, live_server.url, "publisher").page
    page.goto(f"{live_server.url}/console/editions/{sending.slug}/")
    page.get_by_text("Hold a story of this letter").click()
    kept(page, "edition")
    page.get_by_label("A port without a guard").fill("A source is at risk.")
    page.get_by_role("button", name=re.compile("Hold this story.*A port without a guard")).click()
    expect(page.get_by_text("goes on without it, to 1 reader")).to_be_visible()
    kept(page, "edition-held")
    page.get_by_role("link", name="A port without a guard").first.click()
    expect(page.get_by_text("no outlet may show it")).to_be_visible()
    kept(page, "article-held")
    page.get_by_role("button", name="Release it").click()
    expect(page.get_by_text("It is released")).to_be_visible()
    kept(page, "article")


@pytest.mark.parametrize("language", ["en", "es"])
def test_its_pages_are_in_order(visit: Open, live_server: Any, sending: Edition, language: str) -> None:
    page = signed_in(visit, live_server.url, "publisher", language).page
    story = Article.objects.get(title="A port without a guard")
    for address in (f"/console/articles/{story.pk}/", f"/console/editions/{sending.slug}/"):
        page.goto(live_server.url + address)
        assert [one for one in faults(page) if one] == []
