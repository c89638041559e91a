"""The shelf of ways out, chosen by EMAIL_URL. Each part is a context manager with one method,
`deliver(sender, recipient, message) -> Verdict`; entering it raises TransportDown."""

from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

from service.toolbox.errors import ServiceError

from ..rules.verdicts import Verdict
from .file import FileTransport
from .smtp import SmtpTransport


class Transport(Protocol):
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None: ...
    def deliver(self, sender: str, recipient: str, message: bytes) -> Verdict: ...


def transport(email_url: str, site_url: str) -> Transport:
    """`file:///folder`, `smtp://`, `smtp+tls://` (STARTTLS) or `smtps://`, with user:password@host:port.
    Readers' links must be private: no real server is used from a site without https."""
    parts = urlsplit(email_url)
    if parts.scheme == "file":
        return FileTransport(parts.path)
    if parts.scheme not in ("smtp", "smtp+tls", "smtps") or not parts.hostname:
        raise ServiceError(
            f"EMAIL_URL begins with {parts.scheme!r}. Write it like smtp+tls://user:password@mail.example.org:587."
        )
    loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not loopback and not site_url.startswith("https://"):
        raise ServiceError("SITE_URL is not https, so no letter leaves. Readers' links must be private.")
    return SmtpTransport(parts)
