"""A draft in the hands of its editors."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from service.editions.actions.decide import approve
from service.editions.actions.draft import draft_now
from service.editions.models import Edition
from service.toolbox import clock
from tests import builders

from .conftest import Enter


@pytest.fixture
def draft(db: None) -> Edition:
    now = clock.now()
    for number, title in enumerate(["Port", "Ferry", "Customs"]):
        builders.article(now, title=title, published=now - timedelta(minutes=number + 5))
    edition = draft_now(now + timedelta(minutes=1), "en").edition
    assert edition
    return edition


def at(edition: Edition, verb: str = "") -> str:
    return f"/console/editions/{edition.slug}/{verb}"


def item(edition: Edition, title: str) -> int:
    return edition.items.get(article__title=title).pk


def press(browser: Client, edition: Edition, verb: str, **fields: object) -> HttpResponse:
    """As from the edition's page as it is now, unless an older `revision` is named."""
    edition.refresh_from_db()
    form = {"verb": verb, "revision": edition.revision, **fields}
    back = {"referer": f"http://testserver{at(edition)}"}
    return browser.post(at(edition, "arrange"), form, follow=True, headers=back)  # type: ignore[return-value]


def titles(edition: Edition) -> list[str]:
    return [str(one) for one in edition.shown_items]


def test_each_button_does_what_it_says_and_the_page_says_where_a_story_stands(enter: Enter, draft: Edition) -> None:
    desk, customs = enter("editor"), item(draft, "Customs")

    assert "“Customs” stands 2 of 3, under “Briefs”." in press(desk, draft, "up", item=customs).text
    assert "stands 3 of 3" in press(desk, draft, "down", item=customs).text
    assert "stands 1 of 3, under “Pinned to the top”" in press(desk, draft, "pin", item=customs).text
    press(desk, draft, "unpin", item=customs)
    press(desk, draft, "place", item=customs, section="briefs", before=item(draft, "Ferry"))
    assert titles(draft) == ["Port", "Customs", "Ferry"]
    assert "“Port” is left out." in press(desk, draft, "leave", item=item(draft, "Port")).text
    assert titles(draft) == ["Customs", "Ferry"]
    press(desk, draft, "back", item=item(draft, "Port"))
    assert len(titles(draft)) == 3


def test_what_came_late_and_what_is_older_is_added(enter: Enter, draft: Edition) -> None:
    now, desk = clock.now(), enter("editor")
    builders.article(now - timedelta(seconds=9), title="Late")
    old = builders.article(now - timedelta(days=90), title="Old gold")

    page = desk.get(at(draft, "add") + "?words=gold").text
    assert page.index("Late") < page.index("Old gold")
    assert "“Old gold” stands 4 of 4" in press(desk, draft, "add", article=old.pk).text
    assert "1 story came in." in press(desk, draft, "late").text
    assert "Late" in titles(draft)


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("up", {"item": 0}),
        ("pin", {"item": "x" * 30}),
        ("place", {"item": "first", "section": "nowhere"}),
        ("add", {"article": "no key"}),
        ("explode", {}),
        ("up", {"item": "first", "revision": "x"}),
    ],
)
def test_whatever_is_not_on_the_page_changes_nothing(
    enter: Enter, draft: Edition, verb: str, fields: dict[str, object]
) -> None:
    first = {"item": item(draft, "Ferry")} if fields.get("item") == "first" else {}

    assert 'role="alert"' in press(enter("editor"), draft, verb, **fields | first).text
    draft.refresh_from_db()
    assert draft.revision == 0


def test_two_at_once_the_second_is_told_who_was_first(enter: Enter, draft: Edition) -> None:
    press(enter("editor", name="maria"), draft, "pin", item=item(draft, "Ferry"))

    page = press(enter("editor"), draft, "leave", item=item(draft, "Ferry"), revision=0).text

    assert "maria has changed this draft since you opened it." in page
    assert titles(draft)[0] == "Ferry"


def test_what_was_typed_is_shown_again_when_somebody_was_faster_and_can_then_be_saved(
    enter: Enter, draft: Edition
) -> None:
    desk = enter("editor")
    press(enter("editor", name="maria"), draft, "pin", item=item(draft, "Ferry"))
    for where, form in (
        ("write", {"letter": "Dear <readers>", "signed": "Ana"}),
        (f"stories/{item(draft, 'Ferry')}", {"headline": "A <new> headline", "standfirst": "In short"}),
    ):
        refused = desk.post(at(draft, where), {**form, "revision": 0})
        assert refused.status_code == 409
        assert "maria has changed this draft since you opened it." in refused.text
        for typed in form.values():
            assert typed.replace("<", "&lt;").replace(">", "&gt;") in refused.text
        (revision,) = re.findall(r'name="revision" value="(\d+)"', refused.text)
        desk.post(at(draft, where), {**form, "revision": revision})
        press(enter("editor", name="maria"), draft, "up", item=item(draft, "Customs"))

    draft.refresh_from_db()
    assert (draft.letter, draft.signed) == ("Dear <readers>", "Ana")
    assert titles(draft)[0] == "A <new> headline"


def test_what_is_too_long_is_told_and_shown_again(enter: Enter, draft: Edition) -> None:
    answer = enter("editor").post(at(draft, "write"), {"letter": "long " * 2000, "revision": 0})

    assert answer.status_code == 422
    assert "it may have 6000" in answer.text
    assert "long " * 2000 in answer.text


def test_nothing_typed_is_lost_where_the_draft_went_out_meanwhile(enter: Enter, draft: Edition) -> None:
    approve(draft, "maria", clock.now())

    answer = enter("editor").post(at(draft, "write"), {"letter": "Dear readers", "revision": 0})

    assert "this is none any more" in answer.text
    assert "Dear readers" in answer.text


def test_the_page_says_who_changed_what(enter: Enter, draft: Edition) -> None:
    press(enter("editor", name="maria"), draft, "pin", item=item(draft, "Ferry"))

    page = enter("reader").get(at(draft)).text

    assert "Changed last by maria" in page
    assert "maria pinned “Ferry”" in page


def test_whoever_only_sees_finds_the_order_and_no_button(enter: Enter, draft: Edition) -> None:
    page = enter("reader").get(at(draft)).text

    assert page.index("Port") < page.index("Ferry") < page.index("Customs")
    assert "arrange" not in page


@pytest.mark.parametrize("state", ["approved", "sending", "sent", "cancelled"])
def test_what_is_no_draft_has_no_button_and_no_form(enter: Enter, draft: Edition, state: str) -> None:
    Edition.objects.update(state=state)
    desk = enter("editor")

    assert "arrange" not in desk.get(at(draft)).text
    for where in ("write", "add", f"stories/{item(draft, 'Port')}"):
        assert "this is none any more" in desk.get(at(draft, where)).text
