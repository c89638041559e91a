"""The copy that is taken from the republish page, as it arrives where it is pasted."""

from __future__ import annotations

import json
from datetime import datetime

import httpx
import pytest
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from service.content.rules.drafts import Picture
from tests import builders

from .conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIELD = "document.body.insertAdjacentHTML('afterbegin', '<div id=pasted contenteditable></div>')"


def test_a_copy_with_its_formatting_arrives_with_links_in_an_editor(
    visit: Open, live_server: LiveServer, now: datetime
) -> None:
    article = builders.article(now, body="<p>The <strong>whole</strong> of it.</p>")
    page = visit(permissions=["clipboard-read", "clipboard-write"]).page
    page.goto(live_server.url + reverse("republish", args=[article.pk]))
    page.get_by_role("button", name="Copy with its formatting").click()
    page.evaluate(FIELD)
    page.focus("#pasted")
    page.keyboard.press("Control+V")
    pasted = page.inner_html("#pasted")
    assert pasted.count(f'href="{article.canonical_url}"') == 2
    assert "<strong" in pasted


@pytest.mark.parametrize(("form", "file"), [("JSON", "republish.json"), ("ninjs", "ninjs.json")])
def test_a_copy_for_programs_arrives_as_the_file_that_is_offered(
    visit: Open, live_server: LiveServer, now: datetime, form: str, file: str
) -> None:
    article = builders.article(now, title="Gold & “scales”")
    page = visit(permissions=["clipboard-read", "clipboard-write"]).page
    page.goto(live_server.url + reverse("republish", args=[article.pk]))
    page.get_by_text("For programs").click()
    page.get_by_role("button", name=f"Copy: {form}").click()
    page.get_by_text("Copied").wait_for()
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert copied == httpx.get(f"{live_server.url}/articles/{article.pk}/{file}").json()


@pytest.mark.parametrize(("allowed", "links"), [(True, 1), (False, 0)])
def test_a_picture_stands_there_with_its_credit_and_is_offered_only_where_its_rights_allow_it(
    visit: Open, live_server: LiveServer, now: datetime, allowed: bool, links: int
) -> None:
    picture = Picture("https://cauce.example/boat.jpg", "A boat", "Ana Ruiz", allowed)
    article = builders.article(now, picture=picture, body="<p>Four words in all.</p>")
    page = visit().page
    page.goto(live_server.url + reverse("republish", args=[article.pk]))
    assert page.get_by_text("Credit: Ana Ruiz").is_visible()
    assert page.get_by_text("4 words").is_visible()
    assert page.get_by_role("link", name="A boat").count() == links
