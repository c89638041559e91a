"""What a feed reader gets when it polls (RFC 9110), from files alone."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from service.feeds.actions.publish import publish_feeds
from service.feeds.shelf import VALIDATORS, Validators, put
from tests import builders

from .reader import ADDRESS, Reader


def published(etag: str = "abc", last_modified: int = 1_700_000_000, **more: Any) -> None:
    told = {"type": "application/rss+xml", "self_url": "https://x.example" + ADDRESS, "next_change": 0, "size": 6}
    put(settings.FEEDS_DIR, ADDRESS, b"<rss/>", Validators(etag, last_modified, **{**told, **more}))


@pytest.fixture(autouse=True)
def _feed() -> None:
    published()


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
    published(last_modified=900_000, next_change=1_000_030)
    assert Reader().headers["Cache-Control"].startswith("public, max-age=30, stale-while-revalidate=0")


@pytest.mark.parametrize(("left", "age", "stale"), [(5000, 900, 4100), (900, 900, 0), (0, 0, 0), (-20, 0, 0)])
def test_nothing_stale_is_given_past_the_next_publication(
    left: int, age: int, stale: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: 1_000_000.0)
    published(last_modified=900_000, next_change=1_000_000 + left)
    assert Reader().headers["Cache-Control"].startswith(f"public, max-age={age}, stale-while-revalidate={stale},")


def test_a_feed_that_changed_twice_in_a_second_shows_no_date_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_700_000_000.0)
    first = Reader().headers["Last-Modified"]
    published(etag="def", last_modified=1_700_000_001)
    assert Reader().headers["Last-Modified"] == formatdate(1_700_000_000, usegmt=True)
    assert Reader(if_modified_since=first).status == "200 OK"


@pytest.mark.parametrize("accept", ["", "gzip"])
def test_a_reader_that_has_the_other_encoding_is_told_that_its_own_copy_is_good(accept: str) -> None:
    for tag in ('"abc"', '"abc-gz"'):
        assert Reader(if_none_match=tag, accept_encoding=accept).headers["ETag"] == tag


def test_a_web_page_may_poll_and_read_what_it_needs() -> None:
    asked, got = Reader(method="OPTIONS"), Reader(if_none_match='"abc"')
    assert asked.status == "204 No Content"
    assert asked.headers["Access-Control-Allow-Headers"] == "If-None-Match, If-Modified-Since"
    for answer in (asked, got, Reader(method="POST"), Reader()):
        assert answer.headers["Access-Control-Expose-Headers"] == "ETag, Last-Modified, Link, Retry-After"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("change", [{"invented_later": 7}, {"link": None}, {"status": None, "location": None}])
def test_what_another_version_of_byline_wrote_is_served(change: dict[str, Any]) -> None:
    told = validators_file()
    written = {**json.loads(told.read_bytes()), **change}
    told.write_text(json.dumps({key: value for key, value in written.items() if value is not None}))
    assert Reader().body == b"<rss/>"
    assert Reader().headers["Link"] == f'<https://x.example{ADDRESS}>; rel="self"'


@pytest.mark.parametrize("spoilt", [b"", b"{}", b'{"etag": "abc"', b"[]"])
def test_validators_that_a_power_failure_spoilt_fail_nothing(spoilt: bytes) -> None:
    validators_file().write_bytes(spoilt)
    assert Reader().status == "299 Django"


def test_bytes_that_are_gone_are_no_404_that_would_end_a_subscription() -> None:
    published(etag="never read before")
    (settings.FEEDS_DIR / "en/latest.rss").unlink()
    assert Reader().status == Reader(method="HEAD").status == "503 Service Unavailable"
    assert Reader().headers["Retry-After"] == "60"
    assert Reader(method="HEAD").body == b""


def validators_file() -> Path:
    return Path(settings.FEEDS_DIR) / f"en/latest.rss{VALIDATORS}"


@pytest.mark.django_db
def test_a_new_article_is_a_new_etag(now: datetime) -> None:
    builders.article(now)
    publish_feeds(now)
    before = Reader().headers["ETag"]
    builders.article(now)
    publish_feeds(now)
    assert Reader(if_none_match=before).status == "200 OK"
