"""SMTP (RFC 5321), one connection for many messages, with a verdict from the server's own reply.

What matters most happens at the end of DATA: a connection lost before the final dot was sent means
that nothing was taken; lost after it means that nobody can know.
"""

import contextlib
import smtplib
import socket
import ssl
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, unquote

from ..rules.verdicts import DEFERRED, REFUSED, UNCERTAIN, TransportDown, Verdict, verdict_of

CONNECT_SECONDS = 15
STEP_SECONDS = 30
TAKEN_SECONDS = 120  # a server may scan the message before it answers; all steps fit into a lease
_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
_LINE_END = b"\r\n"


class _HungUp(Exception):
    """The server ended the connection before anything of the message was sent."""


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
            with contextlib.suppress(OSError):
                self._server.quit()
        self._hang_up()

    def deliver(self, sender: str, recipient: str, message: bytes) -> Verdict:
        """Raises TransportDown only where nothing of this message was sent. A server that closes a
        connection which has carried messages is asked once more on a fresh one."""
        used = self._server is not None
        server = self._connected()
        options = [] if recipient.isascii() else ["SMTPUTF8"]
        if options and not server.has_extn("smtputf8"):
            return Verdict(REFUSED, 553, "5.6.7", "The server takes no address in these letters.")
        try:
            refusal = self._envelope(server, sender, recipient, options)
        except _HungUp as ending:
            self._hang_up()
            return self.deliver(sender, recipient, message) if used else Verdict(DEFERRED, text=str(ending))
        return refusal or self._data(server, message)

    def _envelope(self, server: smtplib.SMTP, sender: str, recipient: str, options: list[str]) -> Verdict | None:
        """None once the server waits for the message itself."""
        try:
            code, reply = server.mail(sender, options)
            if 200 <= code < 300:
                code, reply = server.rcpt(recipient)
            if 200 <= code < 300:
                code, reply = server.docmd("DATA")
        except OSError as error:
            raise _HungUp(f"The connection was lost before the message: {error}") from error
        words = reply.decode("utf-8", "replace")
        if code == 421:  # §3.8: the server closes the channel, whatever the message
            raise _HungUp(words)
        if code == 354:
            return None
        try:
            server.rset()
        except OSError:
            self._hang_up()
        return verdict_of(code, words)

    def _data(self, server: smtplib.SMTP, message: bytes) -> Verdict:
        try:
            server.send(_stuffed(message))
        except OSError as error:
            self._hang_up()
            return Verdict(DEFERRED, text=f"The connection was lost inside the message: {error}")
        try:
            _patience(server, TAKEN_SECONDS)
            server.send(b".\r\n")
            code, reply = server.getreply()
            _patience(server, STEP_SECONDS)
        except OSError as error:
            self._hang_up()
            return Verdict(UNCERTAIN, text=f"The connection was lost after the message: {error}")
        words = reply.decode("utf-8", "replace")
        if code == 421:
            self._hang_up()
        return Verdict(UNCERTAIN, text=words) if code < 200 or 300 <= code < 400 else verdict_of(code, words)

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            try:
                self._server = self._open()
            except OSError as error:
                raise TransportDown(
                    f"The mail server {self._host}:{self._port} can't be used ({_reason(error)}). Look at EMAIL_URL."
                ) from error
        return self._server

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if self._scheme == "smtps":
            server = smtplib.SMTP_SSL(self._host, self._port, timeout=CONNECT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=CONNECT_SECONDS)
        try:
            self._introduce(server, context)
        except OSError:
            server.close()
            raise
        return server

    def _introduce(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo_or_helo_if_needed()
        if self._scheme == "smtp+tls":
            server.starttls(context=context)
            server.ehlo()  # what was said before encryption counts no more (RFC 3207 §4.2)
        if self._user:
            server.login(self._user, self._password)
        _patience(server, STEP_SECONDS)
        if server.sock:  # or the final dot waits for the acknowledgement of what went before
            server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _hang_up(self) -> None:
        if self._server:
            self._server.close()
        self._server = None


def _patience(server: smtplib.SMTP, seconds: int) -> None:
    if server.sock:
        server.sock.settimeout(seconds)


def _stuffed(message: bytes) -> bytes:
    """§4.5.2: a line that begins with a dot gets another; the message ends with a line end."""
    whole = message if message.endswith(_LINE_END) else message + _LINE_END
    dotted = whole.replace(b"\r\n.", b"\r\n..")
    return b"." + dotted if dotted.startswith(b".") else dotted


def _reason(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return f"{error.smtp_code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}"
    return str(error)
