"""Fetching a page that somebody says republishes us: by our own name, as far as the site allows it, and
never anywhere but the open web."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from service.newsroom.rules import Newsroom
from service.toolbox.fetch import DEADLINE_SECONDS, AddressRefused, Fetcher, FetchFailed
from service.toolbox.robots import MAX_BYTES as MAX_ROBOTS_BYTES
from service.toolbox.robots import Robots

from .checking import Republished
from .checking.reading import MAX_BYTES

AGENT = "Byline"
_PORTS = {"http": 80, "https": 443}


class RobotsRefused(FetchFailed):
    """The site's robots.txt keeps us out."""


class Visitor:
    """One session of visits. `trusted_hosts` are an operator's own: they may be private, on any port.
    `seconds` is all that one answer may take."""

    def __init__(
        self, newsroom: Newsroom, trusted_hosts: Iterable[str] = (), seconds: float = DEADLINE_SECONDS
    ) -> None:
        self._trusted = frozenset(trusted_hosts)
        name = user_agent(newsroom)
        asker = Fetcher(self._trusted, MAX_ROBOTS_BYTES, name, self._check_port, seconds)
        self._robots = Robots(asker, AGENT)
        self._fetcher = Fetcher(self._trusted, MAX_BYTES, name, self._check, seconds)

    def visit(self, url: str) -> Republished:
        """Any status is an answer. Raises FetchFailed where none came or none may be asked for."""
        answer = self._fetcher.get(url)
        return Republished(answer.url, answer.body, answer.status, answer.headers)

    def _check(self, url: str) -> None:
        self._check_port(url)
        if not self._robots.allow(url):
            raise RobotsRefused(f"{url} may not be fetched by programs, says its site's robots.txt. Open it yourself.")

    def _check_port(self, url: str) -> None:
        parts = urlsplit(url)
        usual = parts.port in (None, _PORTS.get(parts.scheme))
        if not usual and parts.hostname not in self._trusted:
            raise AddressRefused(f"{url} names a port of its own; pages are asked for on the usual ones only.")


def user_agent(newsroom: Newsroom) -> str:
    """Names us, and whom to write to (RFC 9110 §10.1.5)."""
    site = newsroom.sites[newsroom.language]
    return f"{AGENT}/0.1 (republication check for {newsroom.domain}; +{site}; {newsroom.republication})"
