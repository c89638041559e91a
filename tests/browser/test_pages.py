"""Every public page, of a site as it looks after months, in real Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from lxml import html
from playwright.sync_api import Browser, Page, Request
from pytest_django.live_server_helper import LiveServer

from service.toolbox import clock

from . import house
from .conftest import Visit, opened
from .house import Site

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
MOST_BYTES = 30 * 1024
NAMES = (
    "landing",
    "embed",
    "feeds",
    "feed",
    "editions",
    "ask",
    "privacy",
    "erase ask",
    "nothing",
    "broken link",
    "republish",
    "confirm",
    "preferences",
    "unsubscribe",
    "erase",
    "feedback",
    "letter",
)
ANSWERS = ("mistyped", "mailed", "saved", "left")
SENTENCES = ("confirmed", "answered", "erased")  # built like "mailed", in other words
FORMS = ("landing", "ask", "erase ask", "preferences", "unsubscribe", "erase", "feedback", "republish", "left")
AXE = Axe().axe_script
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}


@pytest.fixture(scope="module")
def sites(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Site]]:
    """Built once for all: these tests look and change nothing."""
    with django_db_blocker.unblock():
        server = LiveServer("localhost")
        try:
            yield house.built(clock.now(), server.url)
        finally:
            server.stop()
            call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module", params=["en", "es"])
def site(request: pytest.FixtureRequest, sites: dict[str, Site]) -> Site:
    return sites[request.param]


@pytest.fixture(scope="module")
def one(chromium: Browser) -> Iterator[Visit]:
    """One for all tests that look: to open another takes longer than most of them."""
    with opened(chromium) as visit:
        yield visit


@pytest.fixture(scope="module")
def measured(chromium: Browser) -> Iterator[Visit]:
    """Its pages' policies are set aside: a letter's lets no script run, and none of ours that measures."""
    with opened(chromium, bypass_csp=True) as visit:
        yield visit


def weight(request: Request) -> int:
    """Bytes that came over the wire."""
    answer = request.response()
    assert answer
    answer.finished()
    return int(request.sizes()["responseBodySize"])


def unfold(page: Page) -> None:
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")


def violations(page: Page, scheme: Literal["light", "dark"], only: dict[str, list[str]] | None = None) -> str:
    page.emulate_media(color_scheme=scheme)
    found = AxeResults(page.evaluate("only => axe.run({resultTypes: ['violations'], ...only})", only or {}))
    return str(found.generate_report()) if found.violations_count else ""


def sticks_out(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def cut_off(page: Page) -> list[str]:
    """Texts that a box hides a part of. What only a screen reader is told is hidden on purpose."""
    return list(
        page.evaluate(
            """[...document.querySelectorAll("body *")].filter((one) => one.scrollWidth > one.clientWidth + 1
            && ["hidden", "clip"].includes(getComputedStyle(one).overflowX) && one.tagName !== "INPUT"
            && !one.closest(".unseen, .skip")).map((one) => one.outerHTML.slice(0, 100))"""
        )
    )


@pytest.mark.parametrize("name", [*NAMES, *ANSWERS])
def test_axe_finds_nothing(measured: Visit, sites: dict[str, Site], name: str) -> None:
    """In the dark, what depends on colours is asked again; nothing else does."""
    measured.show(sites["en"], name)
    page = measured.page
    page.evaluate(AXE)
    unfold(page)
    for width in (375, 1200):
        page.set_viewport_size({"width": width, "height": 800})
        assert violations(page, "light") == "", width
        assert violations(page, "dark", COLOURS) == "", width


@pytest.mark.parametrize("name", [*NAMES, *ANSWERS, *SENTENCES])
def test_a_page_is_light_asks_nobody_else_and_keeps_its_own_policy(
    one: Visit, sites: dict[str, Site], name: str
) -> None:
    policy = one.show(sites["en"], name).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert len(policy) < 4096
    assert one.complaints == []
    assert one.page.context.cookies() == []
    assert 0 < sum(weight(request) for request in one.asked) <= MOST_BYTES


@pytest.mark.parametrize("name", [*NAMES, *ANSWERS])
def test_nothing_is_lost_at_200_percent_or_on_the_narrowest_phone(
    measured: Visit, sites: dict[str, Site], name: str
) -> None:
    measured.show(sites["es"], name)
    page = measured.page
    unfold(page)
    for width in (600, 320):  # 1,200 px at 200 %, and 1,280 px at 400 % (WCAG 1.4.10)
        page.set_viewport_size({"width": width, "height": 400})
        assert not sticks_out(page), width
        assert cut_off(page) == [], width
    page.set_viewport_size({"width": 375, "height": 800})
    page.add_style_tag(content="html{font-size:200%}")  # larger text alone (WCAG 1.4.4)
    assert not sticks_out(page)
    assert cut_off(page) == []


@pytest.mark.parametrize("name", FORMS)
def test_whoever_walks_by_keyboard_sees_where_they_are(one: Visit, sites: dict[str, Site], name: str) -> None:
    one.show(sites["en"], name)
    page = one.page
    for _ in range(9):
        page.keyboard.press("Tab")
        width, style, shown = page.evaluate(
            """() => { const one = document.activeElement, look = getComputedStyle(one);
            const box = one.getBoundingClientRect();
            return [parseFloat(look.outlineWidth), look.outlineStyle, box.width > 5 && box.bottom > 0]; }"""
        )
        assert (width >= 2, style, shown) == (True, "solid", True)


@pytest.mark.parametrize("name", [*NAMES, *ANSWERS, *SENTENCES])
def test_a_page_speaks_one_language(site: Site, name: str) -> None:
    root = html.fromstring(site.text(name))
    assert root.get("lang") == site.language
    assert sentences_of_the_other(site.language, told(root, site.language)) == []


def told(root: Any, language: str) -> list[str]:
    """Every text and every word for screen readers, but for what is marked as another language."""
    for other in root.xpath("//body//*[@lang and @lang != $own]", own=language):
        other.drop_tree()
    texts = root.xpath("//body//text()[not(parent::script or parent::style or parent::textarea)]")
    said = root.xpath("//title/text() | //@aria-label | //@alt | //@data-copy | //@data-copied | //@data-soon")
    return [text for text in (" ".join(str(one).split()) for one in [*texts, *said]) if text]


def sentences_of_the_other(language: str, texts: list[str]) -> list[str]:
    return [text for text in texts if any(pattern.fullmatch(text) for pattern in foreign_to(language))]


@lru_cache
def foreign_to(language: str) -> set[re.Pattern[str]]:
    """Every sentence of ours in the other language."""
    with (Path(settings.BASE_DIR) / "service/locale/es/LC_MESSAGES/django.po").open("rb") as file:
        pairs = [pair for message in read_po(file) for pair in _pairs(message)]
    both = {english for english, spanish in pairs} & {spanish for english, spanish in pairs}
    foreign = [one[0 if language == "es" else 1] for one in pairs if one[0] != one[1] and not both & set(one)]
    return {re.compile(_pattern(words)) for words in foreign if words}


def _pairs(message: Any) -> list[tuple[str, str]]:
    if not message.id:
        return []
    if isinstance(message.id, tuple):
        return list(zip(message.id, message.string, strict=True))
    return [(message.id, message.string)]


def _pattern(words: str) -> str:
    """What fills a gap is not part of the sentence; one that is all gap says nothing."""
    whole = re.sub(r"%\\?\(\w+\\?\)s|\\?\{\w*\\?\}", ".+", re.escape(words))
    return whole if re.search(r"[^\W\d_]{3}", whole.replace(".+", "")) else r"(?!)"
