from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

Open = Callable[..., "Visit"]

# Playwright keeps an event loop in this thread; Django would take a query beside it for a mistake.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
_FLAGS += ["--disable-features=LocalNetworkAccessChecks"]  # here, the frame in a far site's page is local


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


@dataclass
class Visit:
    """A page, and what it did that a page of ours does not do."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    """What the rest of the web answers: HTML by the beginning of an address."""

    def gate(self, route: Route) -> None:
        url = route.request.url
        known = [body for begins, body in self.answers.items() if url.startswith(begins)]
        if url.startswith(("http://localhost", "http://127.0.0.1")):
            route.continue_()
        elif known:
            route.fulfill(body=known[0], content_type="text/html")
        else:
            self.complaints.append(f"asked elsewhere: {url}")
            route.abort()

    def hear(self, message: Any) -> None:
        """That a page is not found is said in the console too."""
        if message.type == "error" and "status of 404" not in message.text:
            self.complaints.append(message.text)


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Open]:
    """Opens a page with JavaScript: `visit(width=375, color_scheme="dark")`."""
    contexts = []

    def opened(width: int = 1200, **options: Any) -> Visit:
        context = chromium.new_context(viewport={"width": width, "height": 800}, locale="en-GB", **options)
        contexts.append(context)
        one = Visit(context.new_page())
        context.route("**/*", one.gate)
        one.page.on("console", one.hear)
        one.page.on("pageerror", lambda error: one.complaints.append(str(error)))
        return one

    yield opened
    for context in contexts:
        context.close()
