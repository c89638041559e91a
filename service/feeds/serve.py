"""Answers feeds from disk, before Django: no database, no session, no cookie, no template.

Validators (RFC 9110 §13): If-None-Match as a list with weak comparison, else If-Modified-Since as
"not modified since". A 304 repeats what a cache needs. Each encoding has an ETag of its own.
"""

import os
import time
from collections.abc import Iterable
from email.utils import formatdate
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from .conditions import named, takes_gzip, unmodified_since
from .rules import MAX_AGE, file_of
from .shelf import VALIDATORS, Validators
from .turnstile import Turnstile

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]

_STALE_SECONDS = 86400
_GZIPPED = "-gz"  # ends the ETag of the gzip twin
_METHODS = "GET, HEAD, OPTIONS"
_STATUS = {200: "200 OK", 301: "301 Moved Permanently", 410: "410 Gone"}
_OPEN_TO_ALL = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "ETag, Last-Modified, Link, Retry-After"),
]
_SAFE = [("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "default-src 'none'; sandbox")]
_NEVER_KEPT = [("Cache-Control", "no-store"), *_OPEN_TO_ALL]
_PREFLIGHT = [
    ("Allow", _METHODS),
    *_OPEN_TO_ALL,
    ("Access-Control-Allow-Methods", _METHODS),
    ("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since"),
    ("Access-Control-Max-Age", "86400"),
    ("Content-Length", "0"),
]
_TOO_OFTEN = (
    b"You ask for whole copies of this feed too often. Send the ETag that you have as If-None-Match: "
    b"while nothing is new, such a request is never refused.\n"
)
_AWAY = b"This feed can't be read at the moment. Ask again in a minute.\n"


class PublishedBytes:
    """WSGI middleware: what lies in the folder is answered here, everything else goes on inside."""

    def __init__(self, inside: "WSGIApplication", folder: Path, turnstile: Turnstile | None = None) -> None:
        self._inside = inside
        self._folder = str(folder)
        self._turnstile = turnstile
        self._known: dict[str, tuple[int, Validators]] = {}

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith("/feeds/") or path.endswith("/feed/"):
            name = file_of(path)
            found = self._validators(name) if name else None
            if name and found:
                return self._answer(environ, start, path, f"{self._folder}/{name}", found)
        return self._inside(environ, start)

    def _validators(self, name: str) -> Validators | None:
        path = f"{self._folder}/{name}{VALIDATORS}"
        known = self._known.get(name)
        try:
            stamp = os.stat(path).st_mtime_ns  # noqa: PTH116 - a Path costs more than the call
            if known and known[0] == stamp:
                return known[1]
            with open(path, "rb") as file:  # noqa: PTH123
                found = Validators.read(file.read())
        except OSError:
            return None
        except ValueError:  # a null in the path, or a file that a power failure spoilt
            return known[1] if known else None
        self._known[name] = (stamp, found)
        return found

    def _answer(
        self, environ: "WSGIEnvironment", start: "StartResponse", address: str, file: str, found: Validators
    ) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            start("204 No Content", _PREFLIGHT)
            return []
        if method not in ("GET", "HEAD"):
            start("405 Method Not Allowed", [("Allow", _METHODS), *_OPEN_TO_ALL, ("Content-Length", "0")])
            return []
        zipped = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        fresh = _fresh(environ, found, zipped) if found.status == 200 else None
        if method == "GET" and self._turnstile:
            etag = found.etag if found.status == 200 else ""
            wait = self._turnstile.wait(environ, address, etag, unchanged=fresh is not None)
            if wait:
                refusal = [("Retry-After", str(wait)), *_NEVER_KEPT]
                return _sentence(start, "429 Too Many Requests", refusal, _TOO_OFTEN)
        if fresh is not None:
            start("304 Not Modified", _validating(found, fresh) + _OPEN_TO_ALL)
            return []
        return _whole(start, method, found, file, zipped)


def _whole(start: "StartResponse", method: str, found: Validators, file: str, zipped: bool) -> Iterable[bytes]:
    try:
        body = _bytes(f"{file}.gz" if zipped else file, found.etag)
    except OSError:  # it will be written anew; a 404 would make readers give the feed up
        away = _sentence(start, "503 Service Unavailable", [("Retry-After", "60"), *_NEVER_KEPT], _AWAY)
        return [] if method == "HEAD" else away
    headers = [
        *_validating(found, _tags(found, zipped)[0]),
        *_OPEN_TO_ALL,
        *_SAFE,
        ("Link", found.link or f'<{found.self_url}>; rel="self"'),
        ("Content-Type", f"{found.type}; charset=utf-8"),
        ("Content-Length", str(len(body))),
    ]
    if zipped:
        headers.append(("Content-Encoding", "gzip"))
    if found.location:
        headers.append(("Location", found.location))
    start(_STATUS[found.status], headers)
    return [] if method == "HEAD" else [body]


def _sentence(start: "StartResponse", status: str, headers: Headers, body: bytes) -> Iterable[bytes]:
    start(status, [*headers, ("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]


@lru_cache(maxsize=64)  # files of at most half a megabyte; the ETag makes changed bytes another entry
def _bytes(path: str, etag: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123
        return file.read()


def _tags(found: Validators, zipped: bool) -> tuple[str, str]:
    """The ETag of what is asked for, and that of its twin."""
    plain, gzipped = found.etag, found.etag + _GZIPPED
    return (gzipped, plain) if zipped else (plain, gzipped)


def _fresh(environ: "WSGIEnvironment", found: Validators, zipped: bool) -> str | None:
    """The ETag of the copy that the client has and may keep: the twin holds the same feed, so it will do."""
    tags = _tags(found, zipped)
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked is not None:
        return named(asked, tags)
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    return tags[0] if since and unmodified_since(since, found.last_modified) else None


def _validating(found: Validators, etag: str) -> Headers:
    """What a cache needs of a whole answer as of a 304. A feed that changed twice in a second is dated
    ahead, so that the date grows; nobody is shown a date to come (RFC 9110 §8.8.2.1)."""
    now = int(time.time())
    left = found.next_change - now if found.next_change else None
    headers = [("Cache-Control", _cache_control(left)), ("Vary", "Accept-Encoding")]
    if found.status == 200:
        headers += [("ETag", f'"{etag}"'), ("Last-Modified", _date(min(found.last_modified, now)))]
    return headers


@lru_cache(maxsize=1024)
def _cache_control(left: int | None) -> str:
    """A copy is good for a while, and will do while a fresh one is fetched: together never past what is
    to change in `left` seconds."""
    most, stale = int(MAX_AGE.total_seconds()), _STALE_SECONDS
    age = most if left is None else max(0, min(most, left))
    if left is not None:
        stale = max(0, min(stale, left - age))
    return f"public, max-age={age}, stale-while-revalidate={stale}, stale-if-error={_STALE_SECONDS}"


@lru_cache(maxsize=256)
def _date(seconds: int) -> str:
    return formatdate(seconds, usegmt=True)
