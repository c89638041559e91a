"""The shelf of ways out, chosen by EMAIL_URL. Each part is a context manager with one method:
`deliver(letters)` takes letters one by one and gives a verdict for each, in their order. Entering it, or
the middle of it, raises TransportDown: then all letters without a verdict were not touched."""

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import SplitResult, unquote, urlsplit

from service.toolbox.errors import ServiceError

from ..rules.verdicts import Outgoing, Verdict
from .api import PROVIDERS, ApiTransport, api_address
from .file import FileTransport
from .smtp import SmtpTransport

_SCHEMES = ("file", "smtp", "smtp+tls", "smtps", *PROVIDERS)


class Transport(Protocol):
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None: ...
    def deliver(self, letters: Iterable[Outgoing]) -> Iterator[Verdict]: ...


def transport(email_url: str, site_url: str) -> Transport:
    """`file:///folder`; `smtp://`, `smtp+tls://` (STARTTLS) or `smtps://` with user:password@host:port; or a
    provider's API, `postmark://server-token@message-stream` or `mailgun://key@sending.domain`, either with
    `?api=` and another address for it. Readers' links and the password must stay private: ServiceError
    where they would not."""
    parts = _parts(email_url)
    if parts.scheme == "file":
        return FileTransport(unquote(parts.path))
    server = urlsplit(api_address(parts)) if parts.scheme in PROVIDERS else parts
    loopback = server.hostname in ("localhost", "127.0.0.1", "::1")
    if not loopback and not site_url.startswith("https://"):
        raise ServiceError("SITE_URL is not https, so no letter leaves. Readers' links must be private.")
    if not loopback and server.scheme in ("smtp", "http") and parts.username:
        raise ServiceError("EMAIL_URL would send its password in the clear. Write smtp+tls://, smtps:// or ?api=https.")
    return ApiTransport(parts) if parts.scheme in PROVIDERS else SmtpTransport(parts)


def _parts(email_url: str) -> SplitResult:
    try:
        parts = urlsplit(email_url)
        usable = parts.scheme in _SCHEMES and parts.port != 0
    except ValueError:  # a port that is no number, half an IPv6 address
        parts, usable = urlsplit(""), False
    if usable and parts.scheme == "file":
        usable = not parts.netloc and parts.path not in ("", "/")
    elif usable:
        usable = bool(parts.hostname)
    if usable and parts.scheme in PROVIDERS:
        usable = bool(parts.username) and api_address(parts).startswith(("http://", "https://"))
    if not usable:
        scheme = email_url.partition(":")[0]
        raise ServiceError(
            f"EMAIL_URL begins with {scheme!r} and can't be used. Write it like "
            "smtp+tls://user:password@mail.example.org:587, postmark://server-token@broadcast or file:///var/outbox."
        )
    return parts
