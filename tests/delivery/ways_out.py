"""Every kind of transport, each with a server at its other end that a test can tell how to behave."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from service.delivery.rules.compiled import compile_letter, message
from service.delivery.rules.verdicts import Outgoing
from service.delivery.transports import transport

from .api_server import ApiServer, built
from .mailings import envelope
from .smtp_server import HANG_UP, Server, certificate

HTTPS, HTTP = "https://letters.cauce.example", "http://127.0.0.1:8000"
SMTP = ("smtp", "smtp pipelining", "smtp+tls", "smtps")
API = ("postmark", "mailgun")
SERVED = (*SMTP, *API)
KINDS = ("file", *SERVED)
AWKWARD = ".dot\n..\n.\nFrom here on, =3D and «ñandú»\n" + "word " * 60 + "\nend\n"

ACCEPT, REFUSE, DEFER, LOSE = "accepted", "refused", "deferred", "uncertain"
_BY_SMTP = {REFUSE: "550 5.1.1 no such user", DEFER: "451 4.3.0 later", LOSE: HANG_UP}
_BY_API: dict[str, Any] = {
    REFUSE: (422, {"ErrorCode": 300, "Message": "Invalid 'To' address: 'x@readers.example'."}),
    DEFER: (503, {"Message": "down for maintenance"}),
    LOSE: HANG_UP,
}


@dataclass(frozen=True)
class Way:
    """`arrived` gives what was taken, in its order; `connections` how many were made for it."""

    kind: str
    url: str
    arrived: Callable[[], list[EmailMessage]]
    connections: Callable[[], int] = lambda: 1


def outgoing(number: int = 1, **changes: Any) -> Outgoing:
    """A complete letter to reader<number>, awkward wherever it may be."""
    shared = envelope(from_name="Cauce, «Ñ»", subject="Oro y más: " + "ñ" * 90, reply_to="desk@cauce.example")
    own = [
        ("To", f"reader{number}@readers.example"),
        ("Date", "Tue, 24 Nov 2026 15:00:00 +0000"),
        ("Message-ID", f"<{number}@cauce.example>"),
        ("List-Unsubscribe", f"<{HTTPS}/unsubscribe/x{'y' * 80}{number}>"),
    ]
    raw = message(compile_letter(shared, f"<p>{AWKWARD}</p>", AWKWARD), own, {})
    given = {"sender": f"bounces+{number}-abc@cauce.example", "recipient": f"reader{number}@readers.example", **changes}
    return Outgoing(**{"message": raw, **given})


@contextmanager
def way_out(kind: str, folder: Path, patch: pytest.MonkeyPatch, fates: Sequence[str] = ()) -> Iterator[Way]:
    """`fates` are what becomes of the first, second, … letter; beyond them all are accepted."""
    if kind == "file":
        yield Way(kind, f"file://{folder}/out", lambda: _files(folder / "out"))
    elif kind in API:
        with ApiServer(lambda count: _BY_API.get(_fate(fates, count))) as api:
            yield Way(kind, api.url(kind), lambda: [built(one) for one in api.kept], lambda: api.connections)
    else:
        with _smtp_server(kind, folder, patch, fates) as server:
            url = server.url(kind.split(" ")[0], "localhost", "byline:a%20b%2Fc@")
            arrived = lambda: [parsed(one.message) for one in server.kept]  # noqa: E731
            yield Way(kind, url, arrived, lambda: server.connections)


def _smtp_server(kind: str, folder: Path, patch: pytest.MonkeyPatch, fates: Sequence[str]) -> Server:
    context, trusted = certificate(folder)
    patch.setenv("SSL_CERT_FILE", str(trusted))
    return Server(
        lambda step, count: _BY_SMTP.get(_fate(fates, count)) if step == "DOT" else None,
        tls=context if kind in ("smtp+tls", "smtps") else None,
        implicit=kind == "smtps",
        features=("8BITMIME", "PIPELINING") if kind == "smtp pipelining" else ("8BITMIME",),
        login=("byline", "a b/c"),
    )


def _fate(fates: Sequence[str], count: int) -> str:
    return fates[count - 1] if count <= len(fates) else ACCEPT


def _files(folder: Path) -> list[EmailMessage]:
    found = [parsed(path.read_bytes()) for path in folder.glob("*.eml")]
    return sorted(found, key=lambda one: int(one["Message-ID"].strip("<").split("@")[0]))


def parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)


def states(url: str, letters: Sequence[Outgoing]) -> list[str]:
    with transport(url, HTTPS) as out:
        return [verdict.state for verdict in out.deliver(letters)]
