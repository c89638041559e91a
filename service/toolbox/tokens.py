"""Signed links that open one thing for one person, and nothing else.

A token is `key.timestamp.signature` (URL-safe). The purpose is the signature's salt, so a token
made for one door opens no other. A nameless token says only that its holder is one of those it was
made for, each time the same one; without its secret nobody can trace it to a key, or make another.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils.translation import gettext_noop

from .errors import ServiceError

_HALF = 12  # bytes


class BadToken(ServiceError):
    """The link was altered, was made for another purpose, or is too old."""


class NobodysToken(BadToken):
    """The link was whole, but whoever it was made for is gone."""


def sign(purpose: str, key: str) -> str:
    """`key` is letters, digits and hyphens: an opaque key, never an address."""
    return _signer(purpose).sign(key)


def open_token(purpose: str, token: str, valid_for: timedelta | None = None) -> str:
    """The key inside. Raises BadToken with a sentence for the reader."""
    try:
        return _signer(purpose).unsign(token, max_age=valid_for)
    except SignatureExpired:
        raise BadToken(gettext_noop("This link is too old. Ask for a fresh one.")) from None
    except BadSignature:
        raise BadToken(
            gettext_noop("This link is not complete. Open it from the letter again, or ask for a fresh one.")
        ) from None


def nameless(secret: bytes, key: str) -> str:
    """32 letters, digits, hyphens and underscores: 96 bits that stand for the key, 96 that prove them."""
    mark = hmac.digest(secret, key.encode(), "sha256")[:_HALF]
    return urlsafe_b64encode(mark + _proof(secret, mark)).decode()


def is_nameless(secret: bytes, token: str) -> bool:
    """Whether that secret made it."""
    try:
        whole = urlsafe_b64decode(token.encode("ascii"))
    except ValueError:
        return False
    mark, proof = whole[:_HALF], whole[_HALF:]
    return hmac.compare_digest(proof, _proof(secret, mark)) and urlsafe_b64encode(whole).decode() == token


def _proof(secret: bytes, mark: bytes) -> bytes:
    return hmac.digest(secret, b"proof\n" + mark, "sha256")[:_HALF]


def _signer(purpose: str) -> TimestampSigner:
    return TimestampSigner(sep=".", salt=f"byline.{purpose}")
