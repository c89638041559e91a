"""As much of a browser as WordPress's own pages need: cookies, and forms sent back as they were given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

import httpx

from .site import PASSWORD, USER, WordPress


@contextmanager
def logged_in(wordpress: WordPress) -> Iterator[httpx.Client]:
    """As the administrator."""
    with httpx.Client(base_url=wordpress.url, follow_redirects=True, timeout=60) as client:
        client.get("/wp-login.php").raise_for_status()
        client.post("/wp-login.php", data={"log": USER, "pwd": PASSWORD}).raise_for_status()
        yield client


@contextmanager
def classic_editor(wordpress: WordPress) -> Iterator[None]:
    """Within it, WordPress edits posts with the classic editor."""
    switch = wordpress.www / "wp-content" / "mu-plugins" / "classic.php"
    switch.write_text("<?php add_filter('use_block_editor_for_post', '__return_false');")
    try:
        yield
    finally:
        switch.unlink()


def save_post(client: httpx.Client, post: int, **fields: str) -> None:
    """Open the classic editor, change these fields and press Update."""
    page = client.get("/wp-admin/post.php", params={"post": post, "action": "edit"}).raise_for_status()
    form = Form(page.text, "post").fields
    unknown = fields.keys() - form.keys()
    if unknown:
        raise AssertionError(f"The editor has no field named {', '.join(unknown)}.")
    client.post("/wp-admin/post.php", data={**form, **fields, "save": "Update"}).raise_for_status()


class Form(HTMLParser):
    """What a browser would send of the form with this id, nothing touched."""

    def __init__(self, html: str, id: str) -> None:
        super().__init__()
        self.id, self.inside, self.select, self.text = id, False, "", ""
        self.fields: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.inside = given.get("id") == self.id
        elif not self.inside:
            return
        elif tag == "input" and given.get("type") not in ("submit", "button", "checkbox", "radio", "file"):
            self.fields[name] = given.get("value", "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and (self.select not in self.fields or "selected" in given):
            self.fields[self.select] = given.get("value", "")
        elif tag == "textarea":
            self.text = name
            self.fields[name] = ""

    def handle_data(self, data: str) -> None:
        if self.text:
            self.fields[self.text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            self.text = ""
