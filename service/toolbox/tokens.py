"""Signed links that open one thing for one person, and nothing else.

A token is `key.timestamp.signature` (URL-safe). The purpose is the signature's salt, so a token
made for one door opens no other.
"""

from datetime import timedelta

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils.translation import gettext_noop

from .errors import ServiceError


class BadToken(ServiceError):
    """The link was altered, was made for another purpose, or is too old."""


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


def _signer(purpose: str) -> TimestampSigner:
    return TimestampSigner(sep=".", salt=f"byline.{purpose}")
