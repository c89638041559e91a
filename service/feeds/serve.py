"""Answers feeds from disk, before Django: no database, no session, no cookie, no template.

Validators (RFC 9110 §13): If-None-Match as a list with weak comparison, else If-Modified-Since as
"not modified since". A 304 repeats what a cache needs. Each encoding has an ETag of its own.
"""

import json
import os
import time
from collections.abc import Iterable
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from .rules import MAX_AGE, file_of
from .shelf import VALIDATORS, Validators

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_STALE_SECONDS = 86400
_METHODS = "GET, HEAD, OPTIONS"


class PublishedBytes:
    """WSGI middleware: what lies in the folder is answered here, everything else goes on inside."""

    def __init__(self, inside: "WSGIApplication", folder: Path) -> None:
        self._inside = inside
        self._folder = str(folder)
        self._known: dict[str, tuple[int, Validators]] = {}

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith("/feeds/") or path.endswith("/feed/"):
            name = file_of(path)
            found = self._validators(name) if name else None
            if name and found:
                return self._answer(environ, start, f"{self._folder}/{name}", found)
        return self._inside(environ, start)

    def _validators(self, name: str) -> Validators | None:
        path = f"{self._folder}/{name}{VALIDATORS}"
        try:
            stamp = os.stat(path).st_mtime_ns  # noqa: PTH116 - a Path costs more than the call
        except (OSError, ValueError):
            return None
        known = self._known.get(name)
        if known and known[0] == stamp:
            return known[1]
        with open(path, "rb") as file:  # noqa: PTH123
            found = Validators(**json.load(file))
        self._known[name] = (stamp, found)
        return found

    def _answer(
        self, environ: "WSGIEnvironment", start: "StartResponse", path: str, found: Validators
    ) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            status = "204 No Content" if method == "OPTIONS" else "405 Method Not Allowed"
            start(status, [("Allow", _METHODS), ("Access-Control-Allow-Origin", "*"), ("Content-Length", "0")])
            return []
        zipped = _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        headers = _headers(found, zipped)
        if _is_fresh(environ, found):
            start("304 Not Modified", headers)
            return []
        body = _bytes(path + ".gz" if zipped else path, found.etag)
        headers += [("Content-Type", f"{found.type}; charset=utf-8"), ("Content-Length", str(len(body)))]
        if zipped:
            headers.append(("Content-Encoding", "gzip"))
        start("200 OK", headers)
        return [] if method == "HEAD" else [body]


@lru_cache(maxsize=64)  # files of at most half a megabyte; the ETag makes changed bytes another entry
def _bytes(path: str, etag: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123
        return file.read()


def _headers(found: Validators, zipped: bool) -> list[tuple[str, str]]:
    age = int(MAX_AGE.total_seconds())
    if found.next_change:
        age = max(0, min(age, found.next_change - int(time.time())))
    # What may be late is late by nothing once a publication is scheduled.
    stale = 0 if found.next_change else _STALE_SECONDS
    return [
        ("ETag", f'"{found.etag}{"-gz" if zipped else ""}"'),
        ("Last-Modified", formatdate(found.last_modified, usegmt=True)),
        (
            "Cache-Control",
            f"public, max-age={age}, stale-while-revalidate={stale}, stale-if-error={_STALE_SECONDS}",
        ),
        ("Vary", "Accept-Encoding"),
        ("Link", f'<{found.self_url}>; rel="self"'),
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Expose-Headers", "ETag, Last-Modified, Link"),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; sandbox"),
    ]


def _is_fresh(environ: "WSGIEnvironment", found: Validators) -> bool:
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked is not None:
        tags = {tag.strip().removeprefix("W/").strip('"').removesuffix("-gz") for tag in asked.split(",")}
        return "*" in tags or found.etag in tags
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    if not since:
        return False
    try:
        return parsedate_to_datetime(since).timestamp() >= found.last_modified
    except (ValueError, TypeError, OverflowError):
        return False


def _takes_gzip(header: str) -> bool:
    for part in header.lower().split(","):
        coding, _, parameters = part.strip().partition(";")
        if coding.strip() in ("gzip", "x-gzip", "*"):
            return parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
