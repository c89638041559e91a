"""What a mail that came back is: a delivery report (RFC 3464), a complaint (RFC 5965), a wish to leave, an
automatic reply (RFC 3834), or something that a person must look at.

Anybody can write such a mail. Which message it is about is therefore told by our own bounce address
alone (verp.py), and the address is believed for its HMAC, never for what stands around it.
"""

import email
import email.errors
import email.header
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses, parseaddr

from . import verp
from .returns import NO_REPLY, Reply, is_hard, reply_in

MOST_BYTES = 1024 * 1024
_MOST_PARTS = 50

DELAYED, DELIVERED, FAILED = "delayed", "delivered", "failed"
_ACTIONS = {
    "failed": FAILED,
    "delayed": DELAYED,
    "delivered": DELIVERED,
    "relayed": DELIVERED,
    "expanded": DELIVERED,
}  # RFC 3464 §2.3.3
_STRONGEST_FIRST = (FAILED, DELAYED, DELIVERED)

# Where a server notes who a mail was really for; To is the sender's own claim.
_ENVELOPE_FIELDS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
_COMPLAINTS = ("abuse", "fraud", "opt-out")
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+", re.ASCII)
_LEAVE = re.compile(r"\s*unsubscribe\s+([\w-]+\.[\w-]+\.[\w-]+)\s*", re.ASCII | re.IGNORECASE)
_AUTOMATIC_FIELDS = ("X-Autoreply", "X-Autorespond", "X-Autoresponse", "X-Vacation")
_AWAY = re.compile(
    r"\s*(out of (the )?office|automatic reply|auto(matic)?[- ]?(reply|response)|away from"
    r"|respuesta autom[áa]tica|fuera de (la )?oficina|ausente|ausencia)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Report:
    """`action` is failed, delayed or delivered; `hard` says that the address itself is no good."""

    message: int
    action: str
    hard: bool = False
    reply: Reply = NO_REPLY


@dataclass(frozen=True, slots=True)
class Complaint:
    """A reader called the message spam."""

    message: int


@dataclass(frozen=True, slots=True)
class Leaving:
    """A mail to the List-Unsubscribe address; whether the token is ours is not looked at here."""

    token: str


@dataclass(frozen=True, slots=True)
class Left:
    """A mail provider says that the message's reader has unsubscribed there."""

    message: int


@dataclass(frozen=True, slots=True)
class Passing:
    """Understood, and of no consequence."""

    what: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not understood, or not to be believed; `reason` is a sentence without any address."""

    reason: str


Came = Report | Complaint | Leaving | Left | Passing | Unknown


class _NotOurs(Exception):
    """The mail names none of our messages, or several."""


def read(raw: bytes, key: str, recipients: Iterable[str] = ()) -> Came:
    """`recipients` are the envelope's, where they are known. Never raises, whatever the bytes."""
    if len(raw) > MOST_BYTES:
        return Unknown("The mail is larger than 1 MiB; it was not read.")
    if raw.lower().count(b"content-type:") > _MOST_PARTS:
        return Unknown("The mail has too many parts; it was not read.")
    try:
        return _decided(email.message_from_bytes(raw), key, list(recipients))
    except _NotOurs as error:
        return Unknown(str(error))
    except Exception as error:  # `email` raises a dozen kinds for headers and charsets that are broken
        return Unknown(f"The mail could not be read ({type(error).__name__}).")


def is_ours(address: str, mailbox: str) -> bool:
    """Whether that is the mailbox for what comes back, with or without a token."""
    local, _, domain = address.lower().rpartition("@")
    return bool(mailbox) and f"{local.partition('+')[0]}@{domain}" == mailbox.lower()


def _decided(mail: Message, key: str, recipients: list[str]) -> Came:
    parts = list(_outer(mail))
    for part in parts:
        kind = part.get_content_type()
        if kind in ("message/delivery-status", "message/global-delivery-status"):
            return _delivery_report(part, _named(_envelope(mail, recipients), key))
        if kind == "message/feedback-report":
            return _complaint(part, parts, key, _envelope(mail, recipients))
    leaving = _LEAVE.fullmatch(_text(mail, "Subject"))
    if leaving:
        return Leaving(leaving[1])
    if _from_a_mail_server(mail):
        return Unknown("A mail server wrote it, but there is no delivery report in it.")
    if _is_automatic(mail):
        return Passing("automatic reply")
    return Unknown("It is no delivery report, no complaint, no wish to leave and no automatic reply.")


def _outer(part: Message) -> Iterator[Message]:
    """Its parts, without those of any letter that it includes."""
    yield part
    inner = part.get_payload()
    if part.get_content_maintype() == "multipart" and isinstance(inner, list):
        for one in inner:
            yield from _outer(one) if isinstance(one, Message) else ()


def _delivery_report(part: Message, message: int) -> Came:
    """A letter of ours has one recipient; where a server reports on several, it passed the letter on,
    and the strongest word counts."""
    found = {_ACTIONS[word]: block for block in _blocks(part) if (word := _word(block, "Action")) in _ACTIONS}
    action = next((action for action in _STRONGEST_FIRST if action in found), None)
    if action is None:
        return Unknown("Its delivery report names no action that is known.")
    reply = reply_in(_text(found[action], "Status"), _text(found[action], "Diagnostic-Code"))
    return Report(message, action, action == FAILED and is_hard(reply), reply)


def _blocks(part: Message) -> Iterator[Message]:
    """The report's groups of fields (RFC 3464 §2.1). Python splits the plain kind; of the
    international one (RFC 6533) it takes all but the first group for text."""
    inner = part.get_payload()
    for block in inner if isinstance(inner, list) else []:
        if isinstance(block, Message):
            yield block
            if part.get_content_type() != "message/delivery-status":
                yield from map(email.message_from_string, str(block.get_payload()).split("\n\n"))


def _complaint(part: Message, parts: list[Message], key: str, envelope: list[list[str]]) -> Came:
    report = next(_blocks(part), part)
    kind = _word(report, "Feedback-Type")
    if kind not in _COMPLAINTS:
        return Unknown("Its feedback report is not about abuse.")
    included = [_traces(one) for one in parts[parts.index(part) + 1 :]]
    return Complaint(_named([*_every(report, "Original-Mail-From"), *included, *envelope], key))


def _traces(part: Message) -> list[str]:
    """Fields of the included letter that a server on its way may have written our address into."""
    inner = part.get_payload()
    if part.get_content_type() == "text/rfc822-headers":
        part = email.message_from_string(str(inner))
    elif isinstance(inner, list) and isinstance(inner[0], Message):
        part = inner[0]
    return [str(value) for name, value in part.items() if name.lower() == "return-path" or name.lower()[:2] == "x-"]


def _envelope(mail: Message, recipients: list[str]) -> list[list[str]]:
    """Where to look for our address, the most reliable first."""
    noted = [line for name in _ENVELOPE_FIELDS for line in _every(mail, name)]
    claimed = [address for _, address in getaddresses([str(value) for value in mail.get_all("To", [])])]
    return [recipients, *noted, claimed]


def _every(part: Message, name: str) -> list[list[str]]:
    return [[str(value)] for value in part.get_all(name, [])]


def _named(places: list[list[str]], key: str) -> int:
    """The message that the first of the places with a valid address of ours names. Raises _NotOurs."""
    forged = False
    for place in places:
        written = [address for line in place for address in _ADDRESS.findall(line)]
        found = {number for address in written if (number := verp.message_of(address, key)) is not None}
        if len(found) > 1:
            raise _NotOurs("It names several messages at once.")
        if found:
            return found.pop()
        forged = forged or any("+" in address for address in written)
    raise _NotOurs("Its bounce address was not made here." if forged else "It does not say which message it is about.")


def _from_a_mail_server(mail: Message) -> bool:
    local = parseaddr(_text(mail, "From"))[1].partition("@")[0].lower()
    return local in ("mailer-daemon", "postmaster") or "X-Failed-Recipients" in mail


def _is_automatic(mail: Message) -> bool:
    """RFC 3834 §5, and what answering programs wrote before it and still do."""
    submitted = _word(mail, "Auto-Submitted")
    if submitted and submitted != "no":
        return True
    if any(name in mail for name in _AUTOMATIC_FIELDS) or _word(mail, "Precedence") in ("auto_reply", "vacation"):
        return True
    return bool(_AWAY.match(_text(mail, "Subject")))


def _word(part: Message, name: str) -> str:
    """The field's first word, without comment or parameters."""
    words = re.split(r"[\s;(]", _text(part, name).strip(), maxsplit=1)
    return words[0].lower()


def _text(part: Message, name: str) -> str:
    """The field on one line, its encoded words (RFC 2047) decoded."""
    value = str(part.get(name, ""))
    with suppress(LookupError, ValueError, email.errors.HeaderParseError):
        value = str(email.header.make_header(email.header.decode_header(value)))
    return " ".join(value.split())
