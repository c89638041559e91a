"""A letter compiled once, joined per reader.

Values that differ per reader are written in the letter as slots: letters and digits that no inliner
or encoder touches. Each stretch between two slots is quoted-printable on its own (RFC 2045 §6.7) and
each value stands on lines of its own between soft line breaks: no break can split a value, no line
passes 76 octets, and no line begins with a dot or "From ".
"""

import hashlib
import quopri
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.header import Header
from html import unescape

from markupsafe import escape

from service.toolbox.errors import ServiceError
from service.toolbox.html import one_line

_MARK = "s7c1e9x"
_SLOT = re.compile(f"{_MARK}([a-z]+){_MARK}")
_SEPARATOR = b"\x00"
_WIDTH = 73  # leaves room for a soft break, and for one character at the start that must be encoded
_LONGEST_WORD = 60
_SHORT = re.compile(r"(?!\.)[!-<>-~]{0,72}")  # most values: they stand as they are
_ENCODED = re.compile(rb"[^ -<>-~]")  # all but printable ASCII, and "="


@dataclass(frozen=True, slots=True)
class Envelope:
    """The headers that all readers of one rendition share. `unsubscribe` says whether the letter
    carries RFC 8058's one-click header, whose address is the slot of that name. `bounces` is the
    mailbox that delivery reports and mails to unsubscribe come back to."""

    from_name: str
    from_address: str
    subject: str
    reply_to: str = ""
    list_id: str = ""
    feedback_id: str = ""
    unsubscribe: bool = False
    bounces: str = ""


def slot(name: str) -> str:
    """What stands in the letter where the reader's own value will be."""
    return f"{_MARK}{name}{_MARK}"


def slots_in(*parts: str) -> list[str]:
    return sorted({name for part in parts for name in _SLOT.findall(part)})


def fill(part: str, values: dict[str, str]) -> str:
    """The letter with its slots filled, for looking at rather than for sending; one that nobody knows stays."""
    return _SLOT.sub(lambda match: values.get(match[1], match[0]), part)


def compile_letter(envelope: Envelope, html: str, text: str) -> bytes:
    """Everything but To, Date, Message-ID and List-Unsubscribe, with the slots kept apart by NUL.
    Raises ServiceError for a header that can't be written."""
    head = (_headers(envelope) + "MIME-Version: 1.0\r\n").encode()
    if not html:
        part = _part("plain", "t", text.rstrip("\r\n"))
        # A slot brings a soft break with it; an empty line after it would be one that DKIM does not count.
        return head + part + (b"=20\r\n" if part.endswith(_SEPARATOR) else b"\r\n")
    boundary = hashlib.sha256(f"{html}\n{text}".encode()).hexdigest()[:32].encode()
    head += b'Content-Type: multipart/alternative; boundary="' + boundary + b'"\r\n'
    parts = [_part("plain", "t", text), _part("html", "h", html)]
    return head + b"".join(b"\r\n--" + boundary + b"\r\n" + part for part in parts) + b"\r\n--" + boundary + b"--\r\n"


def _part(kind: str, letter: str, text: str) -> bytes:
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + _literals(text, letter)


def legible(compiled: bytes) -> str:
    """Its words, to search in: each run of blanks is one, the slots are left out."""
    pieces = Compiled(compiled).pieces[::2]
    words = quopri.decodestring(b"".join(pieces)).decode(errors="replace")
    return " ".join(unescape(words).split())


class Compiled:
    """A compiled letter taken apart once, to be joined for each reader."""

    def __init__(self, compiled: bytes) -> None:
        head, _, body = compiled.partition(b"\r\n\r\n")
        self.head = head + b"\r\n"
        self.pieces = body.split(_SEPARATOR)
        self._slots = self.pieces[1::2]
        self._values = {piece: tuple(piece.decode().split(":")) for piece in self._slots}

    def body(self, values: dict[str, str]) -> bytes:
        """For one reader: CRLF line ends, no dot to stuff, one line end at its end."""
        encoded: dict[str, bytes] = {}
        filled = {}
        for piece, (letter, name) in self._values.items():
            value = str(escape(values[name])) if letter == "h" else values[name]
            if value not in encoded:
                encoded[value] = b"\r\n".join(_lines(value)) + b"=\r\n"
            filled[piece] = encoded[value]
        pieces = self.pieces.copy()
        pieces[1::2] = map(filled.__getitem__, self._slots)
        return b"".join(pieces)


def own_headers(told: Iterable[tuple[str, str]]) -> bytes:
    """Those that differ per reader; they stand above the shared ones."""
    return "".join(f"{name}: {value}\r\n" for name, value in told).encode()


def message(compiled: bytes, own: list[tuple[str, str]], values: dict[str, str]) -> bytes:
    """The bytes for one reader, ready for DATA."""
    letter = Compiled(compiled)
    return own_headers(own) + letter.head + b"\r\n" + letter.body(values)


def _headers(envelope: Envelope) -> str:
    told = {
        "From": _sender(envelope.from_name, envelope.from_address),
        "Subject": _words(one_line(envelope.subject), "Subject"),
        "Reply-To": _plain(envelope.reply_to, "Reply-To"),
        "List-Id": _plain(envelope.list_id, "List-Id"),
        "Feedback-ID": _plain(envelope.feedback_id, "Feedback-ID"),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" if envelope.unsubscribe else "",
        "Auto-Submitted": "auto-generated",
    }
    return "".join(f"{name}: {value}\r\n" for name, value in told.items() if value or name == "Subject")


def _sender(name: str, address: str) -> str:
    line = one_line(name)
    if _is_plain(line):
        phrase = '"' + re.sub(r'(["\\])', r"\\\1", line) + '"'
    else:
        phrase = Header(line, "utf-8", header_name="From").encode(linesep="\r\n")
    return f"{phrase}\r\n <{_plain(address, 'From')}>"


def _words(line: str, name: str) -> str:
    """As they are where they may be, else as encoded words (RFC 2047); folded."""
    return Header(line, None if _is_plain(line) else "utf-8", header_name=name).encode(linesep="\r\n")


def _is_plain(line: str) -> bool:
    return line.isascii() and "=?" not in line and all(len(word) <= _LONGEST_WORD for word in line.split())


def _plain(value: str, name: str) -> str:
    """An identifier or address of our own: it stands as it is, or not at all."""
    if value and not (value.isascii() and value.isprintable() and len(value) < 900):
        raise ServiceError(f"The header {name} can't be {value[:80]!r}. Use printable ASCII in newsroom.toml.")
    return value


def _literals(part: str, letter: str) -> bytes:
    """What stands between the slots, encoded stretch by stretch, and the slots' names."""
    pieces = _SLOT.split(part.replace("\x00", ""))
    out = []
    for at, piece in enumerate(pieces):
        if at % 2:
            out.append(f"{letter}:{piece}".encode())
            continue
        lines = _lines(piece)
        soft_break = b"=\r\n" if at < len(pieces) - 1 and lines[-1] else b""
        out.append(b"\r\n".join(lines) + soft_break)
    return _SEPARATOR.join(out)


def _lines(text: str) -> list[bytes]:
    """Quoted-printable, each soft break at its line's end already; the last line is left open."""
    if _SHORT.fullmatch(text):
        return [text.encode()]
    out = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").encode().split(b"\n"):
        code = _ENCODED.sub(lambda found: b"=%02X" % found[0][0], line)
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
