"""Which web address may be reported as a page that republished an article."""

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

from service.toolbox.errors import ServiceError

from .pages import is_at

LONGEST = 1000
_NAME = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_NOT_PUBLIC = ("localhost", "local", "internal", "lan", "home", "arpa", "onion", "invalid")


class NotAPage(ServiceError):
    """The address is none that anybody could read our article at."""


def page_elsewhere(url: str, own_hosts: Iterable[str]) -> str:
    """The address as it is kept: host in lower case, no fragment. Raises NotAPage."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError:
        raise NotAPage("That is no web address. Send the address of the page, with https://.") from None
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url.strip():
        raise NotAPage("That is no web address. Send the address of the page, with https://.")
    if parts.username is not None or not _is_public(host):
        raise NotAPage("Nobody else can open that address. Send the one that readers use.")
    if any(is_at(host, own) for own in own_hosts):
        raise NotAPage("That is our own page. Send the address of yours.")
    kept = urlunsplit((parts.scheme, f"{host}:{port}" if port else host, parts.path or "/", parts.query, ""))
    if len(kept) > LONGEST:
        raise NotAPage(f"The address is longer than {LONGEST} characters. Send the one without what counts visits.")
    return kept


def _is_public(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        ascii_host = _ascii(host)
        return bool(_NAME.fullmatch(ascii_host)) and ascii_host.rpartition(".")[2] not in _NOT_PUBLIC
    return False  # a page of a newsroom has a name


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return ""
