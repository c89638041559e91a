"""An SMTP server on loopback that does what a test tells it: refuse, delay, hang up, at any step.

`script(step, count)` is asked at each step with how often that step was reached so far: greet, EHLO,
MAIL, RCPT, DATA, BODY (the first bytes of a message have come) and DOT (all of it has). It returns a
reply, HANG_UP, or None for what a friendly server says.

Commands are read and answered one by one, however many come at once: so it may offer PIPELINING.
"""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import re
import select
import socket
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HANG_UP = "hang up"
FRIENDLY = {
    "greet": "220 test",
    "MAIL": "250 2.1.0 go on",
    "RCPT": "250 2.1.5 go on",
    "DATA": "354 go on",
    "DOT": "250 2.0.0 kept",
}
Script = Callable[[str, int], "str | None"]


@dataclass(frozen=True)
class Kept:
    sender: str
    recipient: str
    message: bytes


@dataclass
class Server:
    """A context manager. `features` are EHLO's lines; `tls` makes it offer STARTTLS, or, `implicit`,
    speak TLS at once; `login` is the user and password it wants. A `careless` one says 354 though it
    refused every recipient (RFC 2920 §3.1). `looks_ahead` seconds for what comes before it answers the
    end of a message; `ahead` counts how often something came."""

    script: Script = lambda step, count: None
    features: tuple[str, ...] = ("8BITMIME",)
    tls: ssl.SSLContext | None = None
    implicit: bool = False
    login: tuple[str, str] | None = None
    kept: list[Kept] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    connections: int = 0
    hang_up_after_refusal: bool = False
    careless: bool = False
    looks_ahead: float = 0.0
    ahead: int = 0

    def __enter__(self) -> Server:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        for connection in list(self._open):
            connection.close()

    def url(self, scheme: str = "smtp", host: str = "127.0.0.1", login: str = "") -> str:
        return f"{scheme}://{login}{host}:{self.port}"

    def recipients(self) -> list[str]:
        return sorted(one.recipient for one in self.kept)

    def reached(self, step: str) -> int:
        return self._counts[step]

    def answer(self, step: str) -> str:
        with self._lock:
            self._counts[step] += 1
            count = self._counts[step]
        return self.script(step, count) or FRIENDLY.get(step, "250 ok")

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.add(connection)
            threading.Thread(target=_Session(self, connection).run, daemon=True).start()


class _Session:
    def __init__(self, server: Server, connection: socket.socket) -> None:
        self._server, self._connection = server, connection
        self._encrypted = False
        self._envelope = ["", ""]

    def run(self) -> None:
        try:
            if self._server.implicit:
                self._encrypt()
            self._open_file()
            self._say(self._server.answer("greet"))
            while line := self._file.readline():
                self._hear(line.decode().rstrip("\r\n"))
        except (OSError, ssl.SSLError, ValueError, EOFError):
            pass
        finally:
            self._connection.close()

    def _hear(self, line: str) -> None:
        self._server.heard.append(line)
        verb = line.split(" ")[0].upper()
        if verb in ("EHLO", "HELO"):
            self._greet()
        elif verb == "STARTTLS":
            self._say("220 go on")
            self._encrypt()
            self._open_file()
        elif verb == "AUTH":
            self._authenticate(line)
        elif verb in ("MAIL", "RCPT"):
            self._address(verb, re.findall("<(.*)>", line)[0])
        elif verb == "DATA":
            self._data()
        elif verb == "RSET":
            self._envelope = ["", ""]
            self._say("250 ok")
        else:
            self._say("221 bye" if verb == "QUIT" else "250 ok")

    def _address(self, verb: str, address: str) -> None:
        if verb == "RCPT" and not self._envelope[0]:
            return self._say("503 5.5.1 who writes?")
        reply = self._server.answer(verb)
        taken = address if reply.startswith("2") else ""
        self._envelope = [self._envelope[0], taken] if verb == "RCPT" else [taken, ""]
        return self._say(reply)

    def _greet(self) -> None:
        features = list(self._server.features)
        if self._server.tls and not self._encrypted:
            features.append("STARTTLS")
        if self._server.login:
            features.append("AUTH PLAIN")
        lines = ["test", *features]
        told = self._server.answer("EHLO")
        if told != "250 ok":
            return self._say(told)
        return self._say("\r\n".join(f"250{'-' if line != lines[-1] else ' '}{line}" for line in lines))

    def _authenticate(self, line: str) -> None:
        given = tuple(base64.b64decode(line.split(" ")[2]).decode().split("\0")[1:])
        self._say("235 2.7.0 welcome" if given == self._server.login else "535 5.7.8 wrong password")

    def _data(self) -> None:
        if not all(self._envelope) and not self._server.careless:
            return self._say("503 5.5.1 to whom?")
        reply = self._server.answer("DATA")
        self._say(reply)
        if not reply.startswith("354"):
            return None
        lines = [self._file.readline()]
        self._say_if_scripted("BODY")
        while lines[-1] != b".\r\n":
            line = self._file.readline()
            if not line:
                raise EOFError
            lines.append(line)
        message = b"".join(line[1:] if line.startswith(b".") else line for line in lines[:-1])
        self._look_ahead()
        reply = self._server.answer("DOT")
        if reply.startswith("250"):
            self._server.kept.append(Kept(*self._envelope, message))
        self._envelope = ["", ""]
        return self._say(reply)

    def _look_ahead(self) -> None:
        """What has come is in the file's buffer, or still on the wire."""
        if not self._server.looks_ahead:
            return
        self._connection.settimeout(0)
        came = self._file.peek(1) or select.select([self._connection], [], [], self._server.looks_ahead)[0]
        self._connection.settimeout(None)
        self._server.ahead += bool(came)

    def _say_if_scripted(self, step: str) -> None:
        if self._server.answer(step) == HANG_UP:
            self._say(HANG_UP)

    def _say(self, reply: str) -> None:
        if reply == HANG_UP:  # with a reset, so that the other side notices at once
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._file.close()
            self._connection.close()
            raise EOFError
        self._connection.sendall(f"{reply}\r\n".encode())
        if reply.startswith("421") or (self._server.hang_up_after_refusal and reply.startswith("5")):
            raise EOFError

    def _encrypt(self) -> None:
        assert self._server.tls
        self._connection = self._server.tls.wrap_socket(self._connection, server_side=True)
        self._encrypted = True

    def _open_file(self) -> None:
        self._file = self._connection.makefile("rb")


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context for "localhost", and the file that a client must trust for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    pem = folder / "certificate.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = folder / "key.pem"
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, private)
    return context, pem
