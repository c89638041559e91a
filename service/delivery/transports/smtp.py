"""SMTP (RFC 5321), one connection for many messages, with a verdict from the server's own reply.

What matters most happens at the end of DATA: a connection lost before the final dot was sent means
that nothing was taken; lost after it means that nobody can know.
"""

import contextlib
import smtplib
import socket
import ssl
import time
from collections.abc import Generator, Iterable, Iterator
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, unquote

from ..rules.verdicts import (
    DEFERRED,
    REFUSED,
    UNCERTAIN,
    UNTOUCHED,
    Outgoing,
    TransportDown,
    Verdict,
    enhanced_of,
    verdict_of,
)

CONNECT_SECONDS = 15
STEP_SECONDS = 30
TAKEN_SECONDS = 120  # a server may scan the message before it answers
LATE_SECONDS = 1.0
_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
_LINE_END = b"\r\n"


class _HungUp(Exception):
    """The server ended the connection before anything of the message was sent."""

    def __init__(self, words: str, code: int = 0) -> None:
        super().__init__(words)
        self.verdict = Verdict(DEFERRED, code, enhanced_of(words), words)


class SmtpTransport:
    def __init__(self, parts: SplitResult) -> None:
        self._host = parts.hostname or ""
        self._scheme = parts.scheme
        self._port = parts.port or _PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._server: smtplib.SMTP | None = None
        self._pipelining = False
        self._ended = False  # a message's end was sent, and the reply to it has not been read

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

    def deliver(self, letters: Iterable[Outgoing]) -> Iterator[Verdict]:
        """One round trip a message where the server offers PIPELINING (RFC 2920): the envelope of the
        next travels while the server looks at the one before."""
        for letter in letters:
            yield from self._deliver(letter)
        yield from self._reply_to_end()

    def _deliver(self, letter: Outgoing) -> Iterator[Verdict]:
        """The verdict on this letter comes with the next one, unless it is known at once."""
        if time.monotonic() > letter.until:
            yield from self._reply_to_end()
            yield UNTOUCHED
            return
        while True:
            used = self._server is not None
            options = _options(self._connected(), letter)
            if options is None:
                yield from self._reply_to_end()
                yield Verdict(REFUSED, 553, "5.6.7", "The server takes no address in these letters.")
                return
            try:
                refusal = yield from self._envelope(letter, options)
                break
            except _HungUp as ending:
                self._hang_up()
                if not used:
                    yield ending.verdict
                    return  # else: a server may close a connection that has carried some; once more on a fresh one
        if refusal:
            yield refusal
        else:
            yield from self._data(letter)

    def _envelope(self, letter: Outgoing, options: str) -> Generator[Verdict, None, Verdict | None]:
        """Gives the verdict on the letter before, if it is still owed. Returns None once the server
        waits for the message itself, else why it will not have it."""
        lines = [f"MAIL FROM:<{letter.sender}>{options}", f"RCPT TO:<{letter.recipient}>", "DATA"]
        if self._pipelining:
            with contextlib.suppress(_HungUp):  # the replies, if any came, tell more
                self._say(*lines)
        yield from self._reply_to_end()
        for line in lines:
            if not self._pipelining:
                self._say(line)
            code, words = self._hear()
            if not (code == 354 if line == "DATA" else 200 <= code < 300):
                return self._refused(code, words, lines[lines.index(line) + 1 :] if self._pipelining else [])
        return None

    def _refused(self, code: int, words: str, said: list[str]) -> Verdict:
        """Hears what was `said` beyond the refusal, and clears the table for the next message."""
        if code == 421:  # RFC 5321 §3.8: the server closes the channel, whatever the message
            raise _HungUp(words, code)
        if code < 400:  # no refusal, and not what was asked: its replies are out of step
            self._hang_up()
            return Verdict(DEFERRED, max(code, 0), text=words)
        try:
            if any(self._hear()[0] == 354 for _ in said):  # RFC 2920 §3.1 allows it; an empty message may not follow
                raise _HungUp(words, code)
            self._say("RSET")
            self._hear()
        except _HungUp:
            self._hang_up()
        return verdict_of(code, words)

    def _data(self, letter: Outgoing) -> Iterator[Verdict]:
        if time.monotonic() > letter.until + LATE_SECONDS:  # the server took its time, and nothing was sent yet
            self._hang_up()
            yield UNTOUCHED
            return
        try:
            self._send(letter.message if letter.stuffed else _stuffed(letter.message))
        except OSError as error:
            self._hang_up()
            yield Verdict(DEFERRED, text=f"The connection was lost inside the message: {error}")
            return
        self._ended = True
        with contextlib.suppress(OSError):  # then no reply will come, and nobody can know
            self._send(b".\r\n")
        if not self._pipelining:
            yield from self._reply_to_end()

    def _reply_to_end(self) -> Iterator[Verdict]:
        """The verdict on the message whose end was sent; once, and not before."""
        server = self._server
        if not self._ended or server is None:
            return
        self._ended = False
        try:
            _patience(server, TAKEN_SECONDS)
            code, reply = server.getreply()
            _patience(server, STEP_SECONDS)
        except OSError as error:
            self._hang_up()
            yield Verdict(UNCERTAIN, text=f"The connection was lost after the message: {error}")
            return
        words = reply.decode("utf-8", "replace")
        if code == 421:
            self._hang_up()
        yield Verdict(UNCERTAIN, text=words) if code < 200 or 300 <= code < 400 else verdict_of(code, words)

    def _say(self, *lines: str) -> None:
        try:
            self._send("".join(f"{line}\r\n" for line in lines).encode())
        except OSError as error:
            raise _HungUp(f"The connection was lost before the message: {error}") from error

    def _hear(self) -> tuple[int, str]:
        if self._server is None:
            raise _HungUp("The server closed the connection before the message.")
        try:
            code, reply = self._server.getreply()
        except OSError as error:
            raise _HungUp(f"The connection was lost before the message: {error}") from error
        return code, reply.decode("utf-8", "replace")

    def _send(self, raw: bytes) -> None:
        """Not smtplib's: that would close the socket on an error, and with it lose replies that came."""
        if self._server is None or self._server.sock is None:
            raise ConnectionError("the connection is closed")
        self._server.sock.sendall(raw)

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
        self._pipelining = server.has_extn("pipelining")
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
        self._server, self._ended = None, False


def _options(server: smtplib.SMTP, letter: Outgoing) -> str | None:
    """None where the server can't take such an address (RFC 6531 §3.1)."""
    if letter.recipient.isascii():
        return ""
    return " SMTPUTF8" if server.has_extn("smtputf8") else None


def _patience(server: smtplib.SMTP, seconds: int) -> None:
    if server.sock:
        server.sock.settimeout(seconds)


def _stuffed(message: bytes) -> bytes:
    """§4.5.2: a line that begins with a dot gets another; the message ends with a line end."""
    whole = message if message.endswith(_LINE_END) else message + _LINE_END
    dotted = whole.replace(b"\r\n.", b"\r\n..") if b"\r\n." in whole else whole
    return b"." + dotted if dotted.startswith(b".") else dotted


def _reason(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return f"{error.smtp_code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}"
    return str(error)
