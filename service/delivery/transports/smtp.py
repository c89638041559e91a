"""SMTP (RFC 5321), one connection for many messages, with a verdict from the server's own reply.

What matters most happens at the end of DATA: a connection lost before the final dot was sent means
that nothing was taken; lost after it means that nobody can know.
"""

import contextlib
import smtplib
import ssl
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, unquote

from ..rules.verdicts import DEFERRED, REFUSED, UNCERTAIN, TransportDown, Verdict, verdict_of

STEP_SECONDS = 30
_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
_LINE_END = b"\r\n"


class SmtpTransport:
    def __init__(self, parts: SplitResult) -> None:
        self._host = parts.hostname or ""
        self._scheme = parts.scheme
        self._port = parts.port or _PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        self._connected()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._server:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._server.quit()
        self._server = None

    def deliver(self, sender: str, recipient: str, message: bytes) -> Verdict:
        """Raises TransportDown only where nothing of this message was sent."""
        server = self._connected()
        options = []
        if not recipient.isascii():
            if not server.has_extn("smtputf8"):
                return Verdict(REFUSED, 553, "5.6.7", "The server takes no address in these letters.")
            options = ["SMTPUTF8"]
        try:
            verdict = self._envelope(server, sender, recipient, options)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self._server = None
            return Verdict(DEFERRED, text=f"The connection was lost before the message: {error}")
        return verdict or self._data(server, message)

    def _envelope(self, server: smtplib.SMTP, sender: str, recipient: str, options: list[str]) -> Verdict | None:
        """None once the server waits for the message itself."""
        code, reply = server.mail(sender, options)
        if 200 <= code < 300:
            code, reply = server.rcpt(recipient)
        if not 200 <= code < 300:
            return self._refused(server, code, reply)
        code, reply = server.docmd("DATA")
        return None if code == 354 else self._refused(server, code, reply)

    def _refused(self, server: smtplib.SMTP, code: int, reply: bytes) -> Verdict:
        """421 closes the connection (§3.8); anything else is about this message alone."""
        if code == 421:
            self._server = None
            with contextlib.suppress(OSError):
                server.close()
        else:
            server.rset()
        return verdict_of(code, reply.decode("utf-8", "replace"))

    def _data(self, server: smtplib.SMTP, message: bytes) -> Verdict:
        body = smtplib._quote_periods(message)  # type: ignore[attr-defined]
        try:
            server.send(body if body.endswith(_LINE_END) else body + _LINE_END)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self._server = None
            return Verdict(DEFERRED, text=f"The connection was lost inside the message: {error}")
        try:
            server.send(b".\r\n")
            code, reply = server.getreply()
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self._server = None
            return Verdict(UNCERTAIN, text=f"The connection was lost after the message: {error}")
        if code == 421:
            self._server = None
        return verdict_of(code, reply.decode("utf-8", "replace"))

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            try:
                self._server = self._open()
            except (smtplib.SMTPException, OSError) as error:
                raise TransportDown(
                    f"The mail server {self._host}:{self._port} can't be used ({error}). Look at EMAIL_URL."
                ) from error
        return self._server

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if self._scheme == "smtps":
            server = smtplib.SMTP_SSL(self._host, self._port, timeout=STEP_SECONDS, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=STEP_SECONDS)
        server.ehlo_or_helo_if_needed()
        if self._scheme == "smtp+tls":
            server.starttls(context=context)
        if self._user:
            server.login(self._user, self._password)
        return server
