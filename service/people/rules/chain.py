"""How an entry of the log is bound to the one before, so that none can be altered, taken out or put in between."""

import hashlib
import json
from collections.abc import Sequence

START = "0" * 64
"""What the first entry has before it."""


def link(previous: str, said: Sequence[str]) -> str:
    """SHA-256 over the digest of the entry before and all that this one says, in hex."""
    return hashlib.sha256(json.dumps([previous, *said], ensure_ascii=False).encode()).hexdigest()
