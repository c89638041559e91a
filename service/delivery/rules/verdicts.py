"""What became of one message, and where it came from a server: in the server's own words."""

import re
from dataclasses import dataclass

from service.toolbox.errors import ServiceError

# A message's states. The first three are "remaining"; the sum of all is what was frozen.
QUEUED, SENDING, DEFERRED = "queued", "sending", "deferred"
ACCEPTED, REFUSED, SUPPRESSED = "accepted", "refused", "suppressed"
UNCERTAIN, CANCELLED = "uncertain", "cancelled"
REMAINING = (QUEUED, SENDING, DEFERRED)
STATES = (QUEUED, SENDING, DEFERRED, ACCEPTED, REFUSED, SUPPRESSED, UNCERTAIN, CANCELLED)
REASONS = ("unsubscribed", "erased", "changed", "stopped", "expired")

_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


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


def verdict_of(code: int, text: str) -> Verdict:
    """From a reply (RFC 5321 §4.2.1): 2xx took it, 4xx wants it later, the rest never."""
    state = ACCEPTED if 200 <= code < 300 else DEFERRED if 400 <= code < 500 else REFUSED
    match = _ENHANCED.search(text)
    return Verdict(state, code, match[1] if match else "", text[:500])


def adds_up(frozen: int, counts: dict[str, int]) -> bool:
    return frozen == sum(counts.get(state, 0) for state in STATES)
