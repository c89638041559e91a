"""The wrapper against a model of RFC 9110 §13 that is written another way: from the grammar up."""

from __future__ import annotations

import re
import time
from email.utils import formatdate
from typing import Any

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from service.feeds.conditions import takes_gzip, unmodified_since
from service.feeds.shelf import Validators, put

from .reader import ADDRESS, Reader

CHANGED = 1_700_000_000
MINE, TWIN = '"abc"', '"abc-gz"'
_LIST = re.compile(r'\s*(?:(?:W/)?"[\x21\x23-\x7e]*"\s*(?:,\s*|$))+')
_ONE = re.compile(r'(?:W/)?("[\x21\x23-\x7e]*")')

tags = st.builds(
    lambda weak, tag: weak + tag,
    st.sampled_from(["", "W/"]),
    st.sampled_from([MINE, TWIN, '"abd"', '"a,b"', '"*"', '""', '"ABC"', '"abc-gz-gz"']),
)
lists = st.lists(tags, min_size=1, max_size=4).map(", ".join) | st.just("*")
dates = st.integers(CHANGED - 3, CHANGED + 3).map(lambda at: formatdate(at, usegmt=True)) | st.sampled_from(
    ["", "soon", "Tue Nov 14 22:13:20 2023", "Tuesday, 14-Nov-23 22:13:19 GMT", "Tue, 14 Nov 2023 22:13:20 GMT"]
)
encodings = st.sampled_from(["", "gzip", "gzip;q=0", "br, *;q=0.1", "*;q=0, gzip", "identity"])


def expected(method: str, if_none_match: str | None, if_modified_since: str | None) -> int:
    """What §13.2.2 says, step by step, for a feed that has not changed."""
    if method not in ("GET", "HEAD"):
        return 405
    if if_none_match is not None:  # step 3; then step 4 is never reached
        if if_none_match == "*":
            return 304
        assert _LIST.fullmatch(if_none_match)
        return 304 if {MINE, TWIN} & set(_ONE.findall(if_none_match)) else 200
    known = {formatdate(CHANGED + n, usegmt=True): n for n in range(-3, 4)}
    known |= {"Tue Nov 14 22:13:20 2023": 0, "Tuesday, 14-Nov-23 22:13:19 GMT": -1}
    return 304 if known.get(if_modified_since or "", -1) >= 0 else 200


@pytest.fixture(autouse=True)
def _feed() -> None:
    told = Validators("abc", CHANGED, "application/rss+xml", "https://x.example" + ADDRESS, 0, 6)
    put(settings.FEEDS_DIR, ADDRESS, b"<rss/>", told)


@how(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["GET", "HEAD", "POST"]), st.none() | lists, st.none() | dates, encodings)
def test_whatever_a_reader_sends_it_gets_what_the_rfc_says(
    method: str, match: str | None, since: str | None, accept: str
) -> None:
    told = {"if_none_match": match, "if_modified_since": since, "accept_encoding": accept}
    got = Reader(method=method, **{name: value for name, value in told.items() if value is not None})
    assert int(got.status[:3]) == expected(method, match, since)
    assert bool(got.body) == (method == "GET" and got.status == "200 OK")
    if method != "POST":
        assert got.headers["ETag"] in (MINE, TWIN)
        assert got.headers["Vary"] == "Accept-Encoding"
        assert {"Last-Modified", "Cache-Control"} <= set(got.headers)
        assert "Set-Cookie" not in got.headers


@how(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.none() | lists, st.none() | dates, encodings)
def test_head_is_get_without_the_body(match: str | None, since: str | None, accept: str) -> None:
    told: dict[str, Any] = {"if_none_match": match, "if_modified_since": since, "accept_encoding": accept}
    told = {name: value for name, value in told.items() if value is not None}
    got, head = Reader(**told), Reader(method="HEAD", **told)
    assert (head.status, head.headers) == (got.status, got.headers)


def test_a_date_without_a_zone_is_in_utc_wherever_the_server_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/Bogota")
    time.tzset()
    try:
        assert unmodified_since("Tue Nov 14 22:13:20 2023", CHANGED)
        assert not unmodified_since("Tue Nov 14 22:13:19 2023", CHANGED)
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        *(("*;q=0, gzip", True), ("gzip;q=0, *", False), ("GZIP", True), ("x-gzip;q=0.001", True), ("*", True)),
        *(("gzip; q=0.000", False), ("gzip;q=nonsense", False), ("br;q=1.0, deflate", False), ("", False)),
    ],
)
def test_what_is_said_of_gzip_itself_counts_before_what_is_said_of_all(header: str, takes: bool) -> None:
    assert takes_gzip(header) is takes
