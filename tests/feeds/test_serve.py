"""What a feed reader gets when it polls (RFC 9110), from files alone."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import datetime
from email.utils import formatdate
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.conf import settings

from service.feeds.actions.publish import publish_feeds
from service.feeds.serve import PublishedBytes
from service.feeds.shelf import Validators, put
from tests import builders

ADDRESS = "/feeds/en/latest.rss"


class Reader:
    """Asks the wrapper as a server would; keeps status, headers and body."""

    def __init__(self, address: str = ADDRESS, method: str = "GET", **headers: str) -> None:
        environ: dict[str, Any] = {"PATH_INFO": address, "REQUEST_METHOD": method}
        setup_testing_defaults(environ)
        environ.update({f"HTTP_{name.upper()}": value for name, value in headers.items()})
        self.status, self.headers = "", dict[str, str]()
        self.body = b"".join(PublishedBytes(_inside, settings.FEEDS_DIR)(environ, self._start))

    def _start(self, status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        self.status, self.headers = status, dict(headers)


def _inside(environ: Any, start: Any) -> Iterable[bytes]:
    start("299 Django", [])
    return []


@pytest.fixture(autouse=True)
def _feed(settings: Any) -> None:
    validators = Validators("abc", 1_700_000_000, "application/rss+xml", "https://x.example" + ADDRESS, 0, 6)
    put(settings.FEEDS_DIR, ADDRESS, b"<rss/>", validators)


def test_a_first_poll_gets_the_bytes_with_all_that_a_cache_needs() -> None:
    got = Reader()
    assert (got.status, got.body) == ("200 OK", b"<rss/>")
    assert got.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert got.headers["Content-Length"] == "6"
    assert got.headers["ETag"] == '"abc"'
    assert got.headers["Last-Modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert got.headers["Cache-Control"].startswith("public, max-age=900")
    assert got.headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in got.headers


def test_head_has_the_headers_of_get_and_no_body() -> None:
    got, head = Reader(), Reader(method="HEAD")
    assert head.headers == got.headers
    assert head.body == b""


def test_gzip_is_another_representation_with_its_own_etag() -> None:
    got = Reader(accept_encoding="br, gzip;q=0.8")
    assert gzip.decompress(got.body) == b"<rss/>"
    assert got.headers["Content-Encoding"] == "gzip"
    assert got.headers["ETag"] == '"abc-gz"'


@pytest.mark.parametrize("header", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0"])
def test_who_does_not_take_gzip_gets_none(header: str) -> None:
    assert Reader(accept_encoding=header).body == b"<rss/>"


@pytest.mark.parametrize("tags", ['"abc"', 'W/"abc"', '"x", "abc"', '"abc-gz"', "*", 'W/"x",W/"abc-gz"'])
def test_a_known_etag_in_any_form_gets_304_without_a_body(tags: str) -> None:
    got = Reader(if_none_match=tags)
    assert (got.status, got.body) == ("304 Not Modified", b"")
    assert {"ETag", "Last-Modified", "Cache-Control", "Vary"} <= set(got.headers)


def test_an_unknown_etag_wins_over_a_date() -> None:
    assert Reader(if_none_match='"old"', if_modified_since=formatdate(1_900_000_000, usegmt=True)).status == "200 OK"


@pytest.mark.parametrize(("seconds", "status"), [(-1, "200 OK"), (0, "304 Not Modified"), (7, "304 Not Modified")])
def test_a_date_counts_as_not_modified_since(seconds: int, status: str) -> None:
    assert Reader(if_modified_since=formatdate(1_700_000_000 + seconds, usegmt=True)).status == status


@pytest.mark.parametrize("date", ["yesterday", "", "Tue, 99 Nov 2023 22:13:20 GMT"])
def test_a_date_that_is_none_is_passed_over(date: str) -> None:
    assert Reader(if_modified_since=date).status == "200 OK"


def test_other_methods_are_refused_and_options_answers() -> None:
    assert Reader(method="POST").status == "405 Method Not Allowed"
    assert Reader(method="POST").headers["Allow"] == "GET, HEAD, OPTIONS"
    assert Reader(method="OPTIONS").headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "address", ["/", "/feeds/", "/feeds/en/none.rss", "/feeds/../settings.py", "/feeds/%2e%2e/x", "/feeds/en/\x00.rss"]
)
def test_what_is_no_feed_goes_on_to_the_pages(address: str) -> None:
    assert Reader(address).status == "299 Django"


def test_a_cache_never_keeps_a_feed_past_the_next_publication(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_000_000.0)
    validators = Validators("abc", 900_000, "application/rss+xml", "https://x.example" + ADDRESS, 1_000_030, 6)
    put(settings.FEEDS_DIR, ADDRESS, b"<rss/>", validators)
    assert Reader().headers["Cache-Control"].startswith("public, max-age=30, stale-while-revalidate=0")


@pytest.mark.django_db
def test_a_new_article_is_a_new_etag(now: datetime) -> None:
    builders.article(now)
    publish_feeds(now)
    before = Reader().headers["ETag"]
    builders.article(now)
    publish_feeds(now)
    assert Reader(if_none_match=before).status == "200 OK"
