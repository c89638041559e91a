"""HTTP out, for whoever must ask another server something.

Resolves a name once, checks every address behind it, and connects to the address it checked: a
second answer from DNS can't lead elsewhere. Private addresses are refused unless the caller says
that an operator configured that host. Sizes and times are capped.
"""

import ipaddress
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

import httpcore
import httpx

from .errors import ServiceError

USER_AGENT = "Byline/0.1 (newsletter and syndication service)"
TIMEOUT = httpx.Timeout(15, connect=5)
DEADLINE_SECONDS = 60.0
MAX_BYTES = 32 * 1024 * 1024


class FetchFailed(ServiceError):
    """No usable answer came: the server could not be reached, or said too much or too little."""


class AddressRefused(FetchFailed):
    """The name leads to a private address that nobody here configured."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. `headers` has lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class Fetcher:
    """One session. `trusted_hosts` are names an operator configured: they may be private.
    `ask_first` is called with every address before it is asked, redirects too; what it raises, `get`
    raises. `deadline_seconds` is for a whole request."""

    def __init__(
        self,
        trusted_hosts: Iterable[str] = (),
        max_bytes: int = MAX_BYTES,
        user_agent: str = USER_AGENT,
        ask_first: Callable[[str], None] | None = None,
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        self._max_bytes = max_bytes
        self._deadline = _Deadline(deadline_seconds)
        transport = httpx.HTTPTransport(trust_env=False)
        transport._pool = httpcore.ConnectionPool(  # the one place where httpx lets a resolver in
            ssl_context=httpx.create_ssl_context(trust_env=False),
            network_backend=_PinningBackend(frozenset(trusted_hosts), self._deadline),
        )
        self._client = httpx.Client(
            transport=transport,
            timeout=TIMEOUT,
            follow_redirects=True,
            max_redirects=5,
            trust_env=False,
            headers={"User-Agent": user_agent},
            event_hooks={"request": [lambda request: ask_first(str(request.url))]} if ask_first else {},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, url: str, **params: str | int) -> Answer:
        """Any status is an answer; raises FetchFailed where none came."""
        return self._ask("GET", url, params=params or None)

    def head(self, url: str) -> Answer:
        """The same without a body."""
        return self._ask("HEAD", url)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The same. A redirect is an answer too: what was meant for one address goes to no other."""
        return self._ask("POST", url, content=body, headers=headers, follow_redirects=False)

    def _ask(self, verb: str, url: str, **asked: Any) -> Answer:
        if not re.match(r"https?://", url, re.IGNORECASE):
            raise FetchFailed(f"{url} is not an http or https address.")
        self._deadline.begin()
        try:
            with self._client.stream(verb, url, **asked) as response:
                body = self._read(response, url)
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status_code, headers, body, str(response.url))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:  # ValueError: a broken host or port
            reason = str(error) or type(error).__name__
            raise FetchFailed(f"{url} gave no answer ({reason}).") from error

    def _read(self, response: httpx.Response, url: str) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes(65536):
            body += chunk
            if len(body) > self._max_bytes:
                raise FetchFailed(f"{url} answered with more than {self._max_bytes:,} bytes.")
        return bytes(body)


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


class _Deadline:
    """For one whole answer, however many redirects and however slowly each byte comes. Several threads may
    ask at once, each with its own."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._here = seconds, threading.local()

    def begin(self) -> None:
        self._here.ends = time.monotonic() + self._seconds

    def left(self, timeout: float | None) -> float:
        """At most `timeout`. Raises ReadTimeout once nothing is left."""
        left: float = self._here.ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout(f"it took longer than {self._seconds:g} seconds")
        return left if timeout is None else min(left, timeout)


class _TimedStream(httpcore.NetworkStream):
    """A stream that keeps a deadline over all its reads."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream, self._deadline = stream, deadline
        self.write, self.close, self.get_extra_info = stream.write, stream.close, stream.get_extra_info  # type: ignore[method-assign]

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def start_tls(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        return _TimedStream(self._stream.start_tls(*args, **kwargs), self._deadline)


class _PinningBackend(httpcore.SyncBackend):
    """Connects to the very address that was checked."""

    def __init__(self, trusted_hosts: frozenset[str], deadline: _Deadline) -> None:
        self._trusted, self._deadline = trusted_hosts, deadline

    def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(f"the name {host} does not resolve") from error
        addresses = [str(entry[4][0]) for entry in found]
        if host not in self._trusted and not all(is_public(address) for address in addresses):
            raise AddressRefused(f"{host} is a private address; only an operator may name one.")
        failure: Exception | None = None
        for address in addresses:
            try:
                return _TimedStream(super().connect_tcp(address, port, *args, **kwargs), self._deadline)
            except httpcore.ConnectError as error:
                failure = error
        raise failure or httpcore.ConnectError(f"the name {host} has no address")


def is_public(address: str) -> bool:
    """False for loopback, private, link-local, site-local, shared and multicast, also inside IPv6."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast
    inner = _inside(ip)
    outside = ip.is_global and not ip.is_multicast and not ip.is_site_local and ip not in _LOCAL_TRANSLATION
    return outside and (inner is None or inner.is_global)


def _inside(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a gateway on the way would go to."""
    if any(ip in network for network in _LAST_32_BITS):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


# RFC 8215: whoever runs the network decides what is behind it.
_LOCAL_TRANSLATION = ipaddress.IPv6Network("64:ff9b:1::/48")
# RFC 4291, 2.5.5: IPv4-compatible and IPv4-mapped; RFC 6052: NAT64.
_LAST_32_BITS = [ipaddress.IPv6Network(network) for network in ("::/96", "::ffff:0:0/96", "64:ff9b::/96")]
