"""HTTP out, for whoever must ask another server something.

Resolves a name once, checks every address behind it, and connects to the address it checked: a
second answer from DNS can't lead elsewhere. Private addresses are refused unless the caller says
that an operator configured that host. Sizes and times are capped.
"""

import ipaddress
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from .errors import ServiceError

USER_AGENT = "Byline/0.1 (newsletter and syndication service)"
TIMEOUT_SECONDS, CONNECT_SECONDS = 15.0, 5.0
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
    """One session. `trusted_hosts` are names an operator configured: they may be private. `seconds` is all
    that one answer may take."""

    def __init__(
        self,
        trusted_hosts: Iterable[str] = (),
        max_bytes: int = MAX_BYTES,
        seconds: float = DEADLINE_SECONDS,
        agent: str = USER_AGENT,
    ) -> None:
        self._max_bytes, self._seconds = max_bytes, seconds
        transport = httpx.HTTPTransport(trust_env=False)
        transport._pool = httpcore.ConnectionPool(  # the one place where httpx lets a resolver in
            ssl_context=httpx.create_ssl_context(trust_env=False),
            network_backend=_PinningBackend(frozenset(trusted_hosts)),
        )
        self._client = httpx.Client(
            transport=transport,
            timeout=httpx.Timeout(min(TIMEOUT_SECONDS, seconds), connect=min(CONNECT_SECONDS, seconds)),
            follow_redirects=True,
            max_redirects=5,
            trust_env=False,
            headers={"User-Agent": agent},
        )

    def get(self, url: str, **params: str | int) -> Answer:
        """Any status is an answer; raises FetchFailed where none came."""
        return self._ask("GET", url, params=params or None)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The same. A redirect is an answer too: what was meant for one address goes to no other."""
        return self._ask("POST", url, content=body, headers=headers, follow_redirects=False)

    def _ask(self, verb: str, url: str, **asked: Any) -> Answer:
        if urlsplit(url).scheme not in ("http", "https"):
            raise FetchFailed(f"{url} is not an http or https address.")
        started = time.monotonic()
        try:
            with self._client.stream(verb, url, **asked) as response:
                body = self._read(response, url, started)
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status_code, headers, body, str(response.url))
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise FetchFailed(f"{url} gave no answer ({reason}).") from error

    def _read(self, response: httpx.Response, url: str, started: float) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes(65536):
            body += chunk
            if len(body) > self._max_bytes:
                raise FetchFailed(f"{url} answered with more than {self._max_bytes:,} bytes.")
            if time.monotonic() - started > self._seconds:
                raise FetchFailed(f"{url} took longer than {self._seconds:.0f} seconds.")
        return bytes(body)


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


class _PinningBackend(httpcore.SyncBackend):
    """Connects to the very address that was checked."""

    def __init__(self, trusted_hosts: frozenset[str]) -> None:
        self._trusted = trusted_hosts

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
                return super().connect_tcp(address, port, *args, **kwargs)
            except httpcore.ConnectError as error:
                failure = error
        raise failure or httpcore.ConnectError(f"the name {host} has no address")


def is_public(address: str) -> bool:
    """False for loopback, private, link-local, shared and multicast, also inside IPv6."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (inner is None or inner.is_global)
