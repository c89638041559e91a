"""Keys that a partner's program shows: made, taken apart, and kept as a digest alone.

`byline_<8>_<32>`: eight characters by which the desk and the logs name it, then 160 secret bits. A key
is random, so a plain SHA-256 keeps it; no slow hash is needed as for a password that somebody made up.
"""

import hashlib
import hmac
import re
import secrets
from base64 import b32encode
from dataclasses import dataclass

_SHAPE = re.compile(r"byline_([a-z2-7]{8})_[a-z2-7]{32}")


@dataclass(frozen=True, slots=True)
class NewKey:
    """`whole` is shown once and kept nowhere."""

    whole: str
    prefix: str
    digest: str


def make() -> NewKey:
    letters = b32encode(secrets.token_bytes(25)).decode().lower()
    prefix, whole = letters[:8], f"byline_{letters[:8]}_{letters[8:]}"
    return NewKey(whole, prefix, digest_of(whole))


def prefix_of(whole: str) -> str | None:
    """None for what can't be a key."""
    found = _SHAPE.fullmatch(whole)
    return found[1] if found else None


def digest_of(whole: str) -> str:
    return hashlib.sha256(whole.encode()).hexdigest()


def opens(whole: str, digest: str) -> bool:
    """In constant time."""
    return hmac.compare_digest(digest_of(whole), digest)
