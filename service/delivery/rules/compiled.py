"""A letter compiled once, joined per reader.

Values that differ per reader are written in the letter as slots: letters and digits that no inliner
or encoder touches. Each stretch between two slots is quoted-printable on its own (RFC 2045 §6.7) and
each value stands on lines of its own between soft line breaks: no break can split a value, no line
passes 76 octets, and no line begins with a dot or "From ".
"""

import hashlib
import quopri
import re
from dataclasses import dataclass
from email.header import Header

from markupsafe import escape

from service.toolbox.errors import ServiceError

_MARK = "s7c1e9x"
_SLOT = re.compile(f"{_MARK}([a-z]+){_MARK}")
_WIDTH = 73
_SEPARATOR = b"\x00"


@dataclass(frozen=True, slots=True)
class Envelope:
    """The headers that all readers of one rendition share. `unsubscribe` says whether the letter
    carries RFC 8058's one-click header, whose address is the slot of that name."""

    from_name: str
    from_address: str
    subject: str
    reply_to: str = ""
    list_id: str = ""
    feedback_id: str = ""
    unsubscribe: bool = False


def slot(name: str) -> str:
    """What stands in the letter where the reader's own value will be."""
    return f"{_MARK}{name}{_MARK}"


def slots_in(*parts: str) -> list[str]:
    return sorted({name for part in parts for name in _SLOT.findall(part)})


def fill(part: str, values: dict[str, str]) -> str:
    """The letter with its slots filled, for looking at rather than for sending."""
    return _SLOT.sub(lambda match: values[match[1]], part)


def compile_letter(envelope: Envelope, html: str, text: str) -> bytes:
    """Everything but To, Date, Message-ID and List-Unsubscribe, with the slots kept apart by NUL."""
    boundary = hashlib.sha256(f"{html}{text}".encode()).hexdigest()[:32]
    head = _headers(envelope) + (f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{boundary}"\r\n')
    parts = [("plain", "t", text)] + ([("html", "h", html)] if html else [])
    body = b"".join(
        f"\r\n--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
        + _encoded(part, letter)
        for kind, letter, part in parts
    )
    return head.encode() + body + f"\r\n--{boundary}--\r\n".encode()


def message(compiled: bytes, own_headers: list[tuple[str, str]], values: dict[str, str]) -> bytes:
    """The bytes for one reader, ready for DATA: CRLF line ends, no dot to stuff."""
    pieces = compiled.split(_SEPARATOR)
    for at in range(1, len(pieces), 2):
        letter, _, name = pieces[at].decode().partition(":")
        pieces[at] = _value(str(escape(values[name])) if letter == "h" else values[name])
    own = "".join(f"{name}: {value}\r\n" for name, value in own_headers)
    return own.encode() + b"".join(pieces)


def _headers(envelope: Envelope) -> str:
    told = {
        "From": f"{_words(envelope.from_name, 'From')} <{envelope.from_address}>",
        "Subject": _words(envelope.subject, "Subject"),
        "Reply-To": envelope.reply_to,
        "List-Id": envelope.list_id,
        "Feedback-ID": envelope.feedback_id,
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" if envelope.unsubscribe else "",
        "Auto-Submitted": "auto-generated",
    }
    for name, value in told.items():
        if "\n" in value.replace("\r\n ", "") or "\r" in value.replace("\r\n ", ""):
            raise ServiceError(f"The header {name} would hold a line end.")
    return "".join(f"{name}: {value}\r\n" for name, value in told.items() if value)


def _words(text: str, name: str) -> str:
    """Plain where it may be, else encoded words (RFC 2047), folded."""
    if name == "From" and text.isascii():
        return '"' + text.replace("\\", "").replace('"', "'") + '"'
    return Header(text, None if text.isascii() else "utf-8", header_name=name).encode(linesep="\r\n")


def _encoded(part: str, letter: str) -> bytes:
    pieces = _SLOT.split(part.replace("\r\n", "\n").replace("\x00", ""))
    out = []
    for at, piece in enumerate(pieces):
        if at % 2:
            out.append(f"{letter}:{piece}".encode())
            continue
        lines = _lines(piece.encode())
        soft_break = b"=\r\n" if at < len(pieces) - 1 and lines[-1] else b""
        out.append(b"\r\n".join(lines) + soft_break)
    return _SEPARATOR.join(out)


def _value(text: str) -> bytes:
    return b"=\r\n".join(line.removesuffix(b"=") for line in _lines(text.encode())) + b"=\r\n"


def _lines(raw: bytes) -> list[bytes]:
    out = []
    for line in raw.split(b"\n"):
        code = quopri.encodestring(line, quotetabs=True).replace(b"=\n", b"").replace(b"=20", b" ")
        if code.endswith(b" "):
            code = code[:-1] + b"=20"
        while len(code) > _WIDTH:
            escape_begins = code.rfind(b"=", _WIDTH - 2, _WIDTH)
            cut = escape_begins if escape_begins > 0 else _WIDTH
            out.append(_lead(code[:cut]) + b"=")
            code = code[cut:]
        out.append(_lead(code))
    return out


def _lead(line: bytes) -> bytes:
    """What a relay might change at the start of a line is encoded."""
    if line.startswith(b"."):
        return b"=2E" + line[1:]
    if line.startswith(b"From "):
        return b"=46rom " + line[5:]
    return line
