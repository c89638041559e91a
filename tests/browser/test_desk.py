"""The desk, in the browser of somebody who works there."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from service.editions.actions.draft import draft_now
from service.editions.models import Edition
from service.toolbox import clock
from tests import builders

from .conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(visit: Open, live_server: Any, admin_user: Any) -> Page:
    """Signed in by name and password."""
    page = visit().page
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("Name or mail address").fill(admin_user.username)
    page.get_by_label("Password").fill("password")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Raw records")
    return page


def test_an_editor_signs_in_writes_the_letter_and_approves_it(desk: Page, live_server: Any) -> None:
    now = clock.now()
    builders.article(now)
    edition = draft_now(now + timedelta(minutes=1), "en").edition
    assert edition
    desk.goto(f"{live_server.url}/console/editions/{edition.slug}/")
    desk.get_by_role("link", name="Write the letter").click()
    desk.locator("textarea[name=letter]").fill("Dear readers")
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.get_by_role("button", name="Approve it as it is now").click()
    expect(desk.get_by_role("status")).to_contain_text("It is approved and leaves in 5 minutes")
    assert Edition.objects.values_list("letter", "state").get() == ("Dear readers", "approved")


def test_it_works_behind_a_proxy_with_https_and_from_no_other_site(admin_user: Any) -> None:
    for origin, status in (("https://letters.cauce.example", 302), ("https://elsewhere.example", 403), ("null", 403)):
        client = Client(enforce_csrf_checks=True)
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/console/account/login/").text)[0]
        form = {"login": admin_user.username, "password": "password", "csrfmiddlewaretoken": token}
        assert client.post("/console/account/login/", form, headers={"Origin": origin}).status_code == status
