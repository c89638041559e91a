from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

# Playwright keeps an event loop in this thread; Django would take a query beside it for a mistake.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        pytest.exit("Chromium is missing. `make test` installs it, or says how.", returncode=2)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def asked_elsewhere() -> list[str]:
    """Every address outside this machine that a page tried to load."""
    return []


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, chromium: Browser, asked_elsewhere: list[str]) -> Iterator[Page]:
    """A phone, without JavaScript; nothing but this machine can be reached."""

    def gate(route: Route) -> None:
        if route.request.url.startswith(("http://localhost", "http://127.0.0.1")):
            route.continue_()
        else:
            asked_elsewhere.append(route.request.url)
            route.abort()

    context = chromium.new_context(
        viewport={"width": 375, "height": 800}, color_scheme=request.param, java_script_enabled=False, locale="en-GB"
    )
    context.route("**/*", gate)
    yield context.new_page()
    context.close()
