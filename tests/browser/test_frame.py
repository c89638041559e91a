"""The form stands in a frame on the newsroom's own site, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from service.audience.models import Subscriber

from .conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def framing(address: str) -> str:
    return f'<!DOCTYPE html><title>A site</title><iframe src="{address}" width="600" height="900"></iframe>'


@pytest.mark.parametrize("site", ["https://cauce.example/join/", "https://cauce.example/es/"])
def test_who_is_on_the_newsrooms_site_can_subscribe_there(visit: Open, live_server: Any, site: str) -> None:
    one = visit()
    one.answers[site] = framing(f"{live_server.url}/embed?language=en")
    one.page.goto(site)
    form = one.page.frame_locator("iframe")
    form.get_by_label("Your mail address").fill("ana@readers.example")
    with one.page.context.expect_page() as opened:
        form.get_by_role("button", name="Subscribe").click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("mailbox")
    assert Subscriber.objects.get().status == "pending"
    assert one.complaints == []


@pytest.mark.parametrize(
    ("site", "path"),
    [("https://elsewhere.example/", "/embed"), ("http://cauce.example/", "/embed"), ("https://cauce.example/", "/")],
)
def test_no_other_site_shows_the_form_and_no_site_another_page(
    visit: Open, live_server: Any, site: str, path: str
) -> None:
    one = visit()
    one.answers[site] = framing(live_server.url + path)
    with one.page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        one.page.goto(site)
    expect(one.page.frame_locator("iframe").get_by_label("Your mail address")).to_have_count(0)
