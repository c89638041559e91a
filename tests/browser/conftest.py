from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, Request, Response, Route, sync_playwright

from .house import Site

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


@pytest.fixture
def page(chromium: Browser, asked_elsewhere: list[str]) -> Iterator[Page]:
    """A phone, without JavaScript; nothing but this machine can be reached."""

    def gate(route: Route) -> None:
        if route.request.url.startswith(("http://localhost", "http://127.0.0.1")):
            route.continue_()
        else:
            asked_elsewhere.append(route.request.url)
            route.abort()

    context = chromium.new_context(viewport={"width": 375, "height": 800}, java_script_enabled=False, locale="en-GB")
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
    asked: list[Request] = field(default_factory=list)
    forms: dict[str, str] = field(default_factory=dict)
    """What is posted to an address as soon as it is opened."""

    def show(self, site: Site, name: str) -> Response:
        """That page and nothing from before; one that answers a form is asked for with the form."""
        url = site.url(name)
        self.complaints.clear()
        self.asked.clear()
        self.forms = {url: urlencode(site.forms[name])} if name in site.forms else {}
        answer = self.page.goto(url)
        assert answer
        return answer

    def gate(self, route: Route) -> None:
        url = route.request.url
        self.asked.append(route.request)
        known = [body for begins, body in self.answers.items() if url.startswith(begins)]
        if url in self.forms:
            kind = {"content-type": "application/x-www-form-urlencoded"}
            route.continue_(method="POST", post_data=self.forms[url], headers={**route.request.headers, **kind})
        elif url.startswith(("http://localhost", "http://127.0.0.1")):
            route.continue_()
        elif known:
            route.fulfill(body=known[0], content_type="text/html")
        else:
            self.complaints.append(f"asked elsewhere: {url}")
            route.abort()

    def hear(self, message: Any) -> None:
        """That a page is not found, or a form not right, is said in the console too."""
        if message.type == "error" and not any(f"status of {code}" in message.text for code in (404, 422)):
            self.complaints.append(message.text)


@contextmanager
def opened(chromium: Browser, width: int = 1200, **options: Any) -> Iterator[Visit]:
    context = chromium.new_context(viewport={"width": width, "height": 800}, locale="en-GB", **options)
    one = Visit(context.new_page())
    context.route("**/*", one.gate)
    one.page.on("console", one.hear)
    one.page.on("pageerror", lambda error: one.complaints.append(str(error)))
    yield one
    context.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Open]:
    """Opens a page with JavaScript: `visit(width=375, color_scheme="dark")`."""
    with ExitStack() as all_of_them:
        yield lambda *args, **options: all_of_them.enter_context(opened(chromium, *args, **options))
