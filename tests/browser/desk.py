"""Somebody at the desk, in a browser; and what is wrong with the page that they see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import Client
from lxml import html
from playwright.sync_api import Page

from service.console.pages import LANGUAGE
from tests.console.conftest import proved

from .conftest import Open, Visit
from .test_pages import AXE, COLOURS, cut_off, sentences_of_the_other, sticks_out, told, unfold, violations


def signed_in(visit: Open, server: str, role: str, language: str = "en", name: str = "ana", **options: object) -> Visit:
    """With that role; the session's cookie is set as logging in would."""
    user, _ = User.objects.get_or_create(username=name)
    user.groups.set([Group.objects.get_or_create(name=role)[0]])
    client = Client()
    client.force_login(user)
    proved(client, user)
    session = client.session
    session[LANGUAGE] = language
    session.save()
    one = visit(**options)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    one.page.context.add_cookies([{**cookie, "domain": urlsplit(server).hostname, "path": "/"}])  # type: ignore[list-item]
    return one


def faults(page: Page) -> Iterator[str]:
    """What axe finds on a phone and on a desk, in the light and in the dark; what does not fit; what is said
    in another language."""
    root = html.fromstring(page.content())
    language = str(root.get("lang"))
    yield from sentences_of_the_other(language, told(root, language))
    page.evaluate(AXE)
    unfold(page)
    for width in (375, 1200):
        page.set_viewport_size({"width": width, "height": 800})
        yield violations(page, "light")
        yield violations(page, "dark", COLOURS)
    for width in (320, 600):
        page.set_viewport_size({"width": width, "height": 400})
        if sticks_out(page):
            yield f"sticks out at {width}"
        yield from (f"cut off at {width}: {one}" for one in cut_off(page))


def in_order(one: Visit, base: str, names: Iterable[str], language: str) -> None:
    """Each of those pages below `base` has no fault, and is in that language."""
    for name in names:
        one.page.goto(base + name)
        assert one.page.locator("html").get_attribute("lang") == language
        found = "".join(faults(one.page))
        assert found == "", f"{name}: {found}"
    assert one.complaints == [], one.complaints
