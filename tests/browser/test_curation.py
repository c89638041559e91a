"""A draft in its editors' hands: by pointer, by keyboard, without JavaScript; and a preview that can do nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from service.editions.actions import curate
from service.editions.actions.curate import Hand
from service.editions.actions.draft import draft_now
from service.editions.models import Edition
from service.toolbox import clock
from tests import builders

from .conftest import Open, Visit
from .desk import faults, signed_in
from .test_keyboard import MOST_STEPS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft() -> Edition:
    now = clock.now()
    stories = [("Gold", "investigation"), ("Port", "feature"), ("Ferry", "brief"), ("Customs", "brief")]
    for number, (title, kind) in enumerate(stories):
        builders.article(now, title=title, kind=kind, published=now - timedelta(minutes=number + 5))
    edition = draft_now(now + timedelta(minutes=1), "en").edition
    assert edition
    return edition


@pytest.fixture
def desk(visit: Open, live_server: Any, draft: Edition) -> Callable[..., Visit]:
    """At that draft's page, or one below it."""

    def come(where: str = "", language: str = "en", **options: object) -> Visit:
        one = signed_in(visit, live_server.url, "editor", language, **options)
        one.page.goto(f"{live_server.url}/console/editions/{draft.slug}/{where}")
        return one

    return come


def order(draft: Edition) -> list[str]:
    return [str(one) for one in draft.shown_items]


def shown(page: Page) -> list[str]:
    return page.locator("[data-item] b").all_inner_texts()


def drag(page: Page, title: str, onto: str) -> None:
    """By its grip, to just above the other; seen by whoever drags before it is let go."""
    story = page.locator("[data-item]", has=page.get_by_text(title, exact=True))
    other = page.locator("[data-item]", has=page.get_by_text(onto, exact=True))
    story.scroll_into_view_if_needed()
    grip, there = story.locator(".grip").bounding_box(), other.bounding_box()
    assert grip
    assert there
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(grip["x"] + 5, there["y"] + 30, steps=4)
    page.mouse.move(grip["x"] + 5, there["y"] + 2, steps=4)


def walk_to(page: Page, name: str) -> None:
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.ariaLabel") == name:
            return
    pytest.fail(f"Nothing called {name!r} can be reached.")


@pytest.mark.parametrize("width", [375, 1200])
def test_a_story_is_dragged_to_another_place(desk: Callable[..., Visit], draft: Edition, width: int) -> None:
    one = desk(width=width)
    drag(one.page, "Customs", "Port")
    assert shown(one.page) == ["Gold", "Customs", "Port", "Ferry"]
    one.page.mouse.up()
    expect(one.page.get_by_role("status")).to_have_text("“Customs” stands 2 of 4, under “Featured”.")
    assert order(draft) == ["Gold", "Customs", "Port", "Ferry"]
    assert one.complaints == []


def test_a_story_is_dragged_with_a_finger(desk: Callable[..., Visit], draft: Edition) -> None:
    one = desk(width=375, has_touch=True)
    touch = one.page.context.new_cdp_session(one.page)
    one.page.locator("[data-item]").nth(1).scroll_into_view_if_needed()
    grip = one.page.locator("[data-item] .grip").nth(3).bounding_box()
    there = one.page.locator("[data-item]").nth(2).bounding_box()
    assert grip
    assert there
    x, down = grip["x"] + 8, grip["y"] + 8
    for kind, y in [("touchStart", down), ("touchMove", down - 20), ("touchMove", there["y"] + 2)]:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(one.page.get_by_role("status")).to_contain_text("“Customs” stands 3 of 4")
    assert order(draft) == ["Gold", "Port", "Customs", "Ferry"]


def test_what_is_dropped_where_it_was_or_let_go_by_escape_changes_nothing(
    desk: Callable[..., Visit], draft: Edition
) -> None:
    one = desk()
    drag(one.page, "Customs", "Port")
    one.page.keyboard.press("Escape")
    assert shown(one.page) == ["Gold", "Port", "Ferry", "Customs"]
    one.page.mouse.up()
    drag(one.page, "Ferry", "Ferry")
    one.page.mouse.up()
    assert draft.changes.count() == 0


def test_where_a_story_may_not_stand_or_somebody_was_faster_it_goes_back(
    desk: Callable[..., Visit], draft: Edition
) -> None:
    one = desk()
    drag(one.page, "Customs", "Gold")
    one.page.mouse.up()
    expect(one.page.get_by_role("alert")).to_have_text("That section is for another kind of story.")
    assert shown(one.page) == ["Gold", "Port", "Ferry", "Customs"]
    curate.pin(draft, draft.items.get(article__title="Ferry").pk, Hand("maria", 0), clock.now())
    drag(one.page, "Customs", "Port")
    one.page.mouse.up()
    expect(one.page.get_by_role("alert")).to_contain_text("maria has changed this draft")
    assert shown(one.page) == ["Ferry", "Gold", "Port", "Customs"]


@pytest.mark.parametrize("width", [375, 1200])
def test_by_keyboard_alone_a_story_is_moved_pinned_and_left_out(
    desk: Callable[..., Visit], draft: Edition, width: int
) -> None:
    one = desk(width=width)
    page, focus = one.page, one.page.locator(":focus")
    walk_to(page, "Up: Customs")
    for told in ("stands 3 of 4, under “Briefs”", "stands 3 of 4, under “Featured”", "stands 2 of 4"):
        page.keyboard.press("Enter")
        expect(page.locator("#spoken")).to_contain_text(told)
        expect(focus).to_have_accessible_name("Up: Customs")
    walk_to(page, "Pin: Customs")
    page.keyboard.press("Space")
    expect(page.locator("#spoken")).to_contain_text("stands 1 of 4, under “Pinned to the top”")
    expect(focus).to_have_accessible_name("Unpin: Customs")
    walk_to(page, "Leave out: Gold")
    page.keyboard.press("Enter")
    expect(page.locator("#spoken")).to_have_text("“Gold” is left out.")
    expect(focus).to_have_accessible_name("Put back: Gold")
    assert order(draft) == ["Customs", "Port", "Ferry"]
    assert one.complaints == []


def test_without_javascript_the_same_buttons_do_it_and_there_is_no_grip(
    desk: Callable[..., Visit], draft: Edition
) -> None:
    page = desk(width=375, java_script_enabled=False).page
    expect(page.locator(".grip").first).to_be_hidden()
    page.get_by_role("button", name="Up: Customs").click()
    expect(page.get_by_role("status")).to_contain_text("“Customs” stands 3 of 4")
    assert page.url.endswith(f"#story-{draft.items.get(article__title='Customs').pk}")
    page.get_by_role("button", name="Leave out: Gold").click()
    page.get_by_role("button", name="Put back: Gold").click()
    assert order(draft) == ["Gold", "Port", "Customs", "Ferry"]


def test_the_letter_is_written_and_stands_in_the_preview(desk: Callable[..., Visit], draft: Edition) -> None:
    page = desk().page
    page.get_by_role("link", name="Write the letter").click()
    page.get_by_label("The letter").fill("Dear *readers*\n\n- one")
    page.get_by_label("Who signs it").fill("Ana Ruiz")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("The letter is saved.")
    expect(page.frame_locator("iframe").locator("em")).to_have_text("readers")
    page.get_by_role("link", name="Other words: Gold").click()
    page.get_by_label("Headline").fill("Who sold the gold")
    page.get_by_role("button", name="Save").click()
    expect(page.frame_locator("iframe").get_by_role("link", name="Who sold the gold")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_is_wrong_with_its_pages(desk: Callable[..., Visit], draft: Edition, language: str) -> None:
    builders.article(clock.now() - timedelta(seconds=9), title="Late")
    first, last = draft.shown_items[0].pk, draft.shown_items[3].pk
    for number, act in enumerate([curate.pin, curate.leave_out]):
        act(draft, (first, last)[number], Hand("maria", number), clock.now())
    curate.reword(draft, first, "Who sold the gold", "", Hand("maria", 2), clock.now())
    Edition.objects.get().items.update(worded_for=9)
    curate.write(draft, "Hola\n\n- 1", "Ana", Hand("maria", 3), clock.now())
    one = desk("", language)
    here = one.page.url
    for where in ("", "add", "write", f"stories/{first}"):
        one.page.goto(here + where)
        assert "".join(faults(one.page)) == "", where
    assert one.complaints == []


_HOSTILE = """<html><head><style>@import url(https://elsewhere.example/a.css); body{background:url(https://elsewhere.example/b)}
</style><link rel="stylesheet" href="https://elsewhere.example/c.css"><base href="https://elsewhere.example/">
<meta http-equiv="refresh" content="0;url=https://elsewhere.example/d"></head><body>
<script>top.document.title = "taken"; fetch("https://elsewhere.example/e")</script>
<img src="https://elsewhere.example/f.png" onerror="top.document.title = 'taken'">
<svg onload="parent.document.title = 'taken'"></svg><iframe src="https://elsewhere.example/g"></iframe>
<object data="https://elsewhere.example/h"></object><video src="https://elsewhere.example/i" autoplay></video>
<form action="/console/editions/SLUG/stop" method="post"><button id="go">Go</button></form>
<a id="out" href="javascript:top.document.title='taken'">out</a>
<a id="away" href="https://elsewhere.example/j" target="_top">away</a><p>The letter</p></body></html>"""


def test_a_preview_runs_nothing_asks_nobody_and_leaves_the_desk_alone(
    desk: Callable[..., Visit], draft: Edition, live_server: Any
) -> None:
    """Whatever got into the letter: here it is put there past every door."""
    Edition.objects.update(html=_HOSTILE.replace("SLUG", draft.slug), content_hash="x" * 64, state="paused")
    one = desk()
    frame = one.page.frame_locator("iframe")
    expect(frame.get_by_text("The letter")).to_be_visible()
    for at in ("#go", "#out", "#away"):
        frame.locator(at).click(force=True)
    one.page.goto(f"{live_server.url}/console/editions/{draft.slug}/letter.html")
    for at in ("#go", "#out"):
        one.page.locator(at).click(force=True)
    assert one.page.title() != "taken"
    assert [asked.url for asked in one.asked if "elsewhere" in asked.url] == []
    assert Edition.objects.get().state == "paused"


def test_a_preview_is_shown_in_no_frame_but_the_desks(visit: Open, desk: Callable[..., Visit], draft: Edition) -> None:
    one = desk()
    address = f"{one.page.url}letter.html"
    one.answers["https://elsewhere.example/"] = f'<iframe src="{address}"></iframe>'
    one.page.goto("https://elsewhere.example/")
    expect(one.page.frame_locator("iframe").get_by_text("Gold")).to_have_count(0)
