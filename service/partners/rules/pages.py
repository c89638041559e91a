"""Whether an address is a page elsewhere that may carry an article."""

from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

LONGEST = 1000


def page(text: str, ours: Iterable[str]) -> str | None:
    """The address as it is kept, without its fragment; None where it is none, or a page of our own.
    `ours` are hosts."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "." not in host or "@" in parts.netloc:
        return None
    if any(is_at(host, own) for own in ours) or not text.isprintable() or " " in text:
        return None
    whole = urlunsplit((parts.scheme, f"{host}:{port}" if port else host, parts.path or "/", parts.query, ""))
    return whole if len(whole) <= LONGEST else None


def is_at(host: str, domain: str) -> bool:
    """That domain itself, or below it."""
    host, domain = host.lower().removeprefix("www."), domain.lower().removeprefix("www.")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""
