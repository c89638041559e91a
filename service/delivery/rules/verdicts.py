"""What became of one message, and where it came from a server: in the server's own words."""

import math
import re
from dataclasses import dataclass

from service.toolbox.errors import ServiceError

# A message's states. The first three are "remaining"; the sum of all is what was frozen.
QUEUED, SENDING, DEFERRED = "queued", "sending", "deferred"
ACCEPTED, REFUSED, SUPPRESSED = "accepted", "refused", "suppressed"
UNCERTAIN, CANCELLED = "uncertain", "cancelled"
WAITING = (QUEUED, DEFERRED)
REMAINING = (QUEUED, SENDING, DEFERRED)
STATES = (QUEUED, SENDING, DEFERRED, ACCEPTED, REFUSED, SUPPRESSED, UNCERTAIN, CANCELLED)
REASONS = ("unsubscribed", "erased", "changed", "stopped", "expired")

# Why an address gets nothing. The first two its reader may undo by subscribing again.
UNSUBSCRIBED, ERASED = "unsubscribed", "erased"
HARD_BOUNCE, SOFT_BOUNCES, COMPLAINT, BY_THE_DESK = "hard bounce", "bounces", "complaint", "by the desk"
LIFTED = "lifted"
PASSABLE = (UNSUBSCRIBED, ERASED)
SUPPRESSING = (*PASSABLE, HARD_BOUNCE, SOFT_BOUNCES, COMPLAINT, BY_THE_DESK)


_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})\b")
_ADDRESS = re.compile(r"[^\s<>\"']+@[^\s<>\"']+")


class TransportDown(ServiceError):
    """Nobody could be handed anything: no connection, no login. Nothing was sent."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state` is accepted, refused, deferred or uncertain; `code` is SMTP's three digits (0: none
    came), `enhanced` the status of RFC 3463."""

    state: str
    code: int = 0
    enhanced: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message ready for a transport. `until` is on time.monotonic()'s clock: what has not begun by
    then must not begin, since somebody may have stopped it meanwhile. `stuffed`: it ends with a line
    end, and none of its lines begins with a dot (RFC 5321 §4.5.2)."""

    sender: str
    recipient: str
    message: bytes
    until: float = math.inf
    stuffed: bool = False


UNTOUCHED = Verdict(QUEUED)  # nothing of it was sent, so it was no attempt


def verdict_of(code: int, text: str) -> Verdict:
    """From a reply (RFC 5321 §4.2.1): 2xx took it, 5xx never will. Anything else, also what is no
    reply at all (-1), leaves it for later."""
    state = ACCEPTED if 200 <= code < 300 else REFUSED if 500 <= code < 600 else DEFERRED
    return Verdict(state, max(code, 0), enhanced_of(text), text)


def enhanced_of(text: str) -> str:
    """The enhanced status code a reply begins with (RFC 2034 §4), or ""."""
    match = _ENHANCED.match(text)
    return match[1] if match else ""


def outcome(verdict: Verdict, wish: str, *, in_time: bool) -> tuple[str, str]:
    """State and reason of a message that is off the wire. `wish` is why somebody wanted it cancelled
    while it was on it, which is kept where nobody knows what became of it; `in_time` says whether its next
    try would come early enough."""
    if verdict.state != DEFERRED:
        return verdict.state, wish if verdict.state == UNCERTAIN else ""
    if wish:
        return CANCELLED, wish
    return (DEFERRED, "") if in_time else (CANCELLED, "expired")


def without_address(words: str, recipient: str) -> str:
    """A server's words as they may be kept: without any mail address, and without the name in
    front of the recipient's own."""
    local = re.escape(recipient.rpartition("@")[0])
    named = re.sub(rf"(?<!\w){local}(?!\w)", "(reader)", _ADDRESS.sub("(address)", words), flags=re.IGNORECASE)
    return named[:500]


def is_suppressed(entry: str | None, *, asked_for: bool) -> bool:
    """`entry` is the latest in the ledger; a letter that its reader just asked for passes some."""
    return bool(entry) and entry != LIFTED and not (asked_for and entry in PASSABLE)


def adds_up(frozen: int, counts: dict[str, int]) -> bool:
    return frozen == sum(counts.get(state, 0) for state in STATES)
