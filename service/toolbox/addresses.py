"""Mail addresses: normalised at the door, sealed at rest, found again by a keyed hash.

The hash (HMAC-SHA256) finds a row without opening any; the seal (AES-256-GCM) is opened only to
write to that person. Both keys are derived from ADDRESS_KEY, unless FINGERPRINT_KEY is set for the hash,
so a copy of the database alone names nobody.
"""

import hashlib
import hmac
import os
import re
import unicodedata
from functools import lru_cache

import idna
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from .errors import ServiceError

_LOCAL = re.compile(r"[^\s@<>()\[\]\\,;:\"]+")
_LONGEST_LOCAL = 64  # octets, RFC 5321 §4.5.3.1.1
_DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_SEAL_VERSION = b"\x01"
_NONCE_BYTES = 12

# Providers that answer at many domains but count what a sender does as one.
_GROUPS = {
    "gmail": {"gmail.com", "googlemail.com"},
    "microsoft": {"outlook.com", "hotmail.com", "live.com", "msn.com", "hotmail.es", "outlook.es"},
    "yahoo": {"yahoo.com", "yahoo.es", "yahoo.com.mx", "yahoo.com.ar", "ymail.com", "aol.com"},
    "apple": {"icloud.com", "me.com", "mac.com"},
    "proton": {"proton.me", "protonmail.com", "pm.me"},
}


PROVIDERS = tuple(_GROUPS)


class BadAddress(ServiceError):
    """What was given is not a mail address that anybody could receive at."""


class WrongKey(ServiceError):
    """A sealed address does not open with ADDRESS_KEY."""


def normalise(text: str) -> str:
    """`local@domain`; the domain in lower case and ASCII (IDNA 2008: with 2003, faß.de would be
    somebody else's fass.de), the local part in one Unicode form. Raises BadAddress."""
    local, at, domain = unicodedata.normalize("NFC", text.strip()).rpartition("@")
    domain = _ascii(domain)
    dotted = local.startswith(".") or local.endswith(".") or ".." in local
    seen = local.isprintable() and len(local.encode()) <= _LONGEST_LOCAL
    if not at or dotted or not seen or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise BadAddress("That is not a complete mail address. It looks like name@example.org.")
    return f"{local}@{domain}"


@lru_cache(maxsize=10_000)
def _ascii(domain: str) -> str:
    """ "" where it is no domain. A long list has few domains, and each costs as much as all else of a row."""
    try:
        return idna.encode(domain.rstrip("."), uts46=True).decode()
    except UnicodeError:
        return ""


def fingerprint(address: str) -> str:
    """64 hex digits; the same for `Ana@x.org` and `ana@X.org`."""
    secret = settings.FINGERPRINT_KEY or settings.ADDRESS_KEY
    return hmac.new(_key("fingerprint", secret), address.casefold().encode(), hashlib.sha256).hexdigest()


def seal(address: str) -> bytes:
    """Version byte, nonce, ciphertext with its tag: fresh bytes at every call."""
    return seal_bytes(address.encode())


def open_seal(sealed: bytes) -> str:
    """The address. Raises WrongKey."""
    return open_bytes(sealed).decode()


def seal_bytes(content: bytes) -> bytes:
    """The same for whatever else names a reader, such as a mail."""
    nonce = os.urandom(_NONCE_BYTES)
    return _SEAL_VERSION + nonce + _cipher(settings.ADDRESS_KEY).encrypt(nonce, content, None)


def open_bytes(sealed: bytes) -> bytes:
    """While ADDRESS_KEY_OLD is set, also what that one sealed. Raises WrongKey."""
    for secret in filter(None, (settings.ADDRESS_KEY, settings.ADDRESS_KEY_OLD)):
        content = _opened(sealed, secret)
        if content is not None:
            return content
    raise WrongKey(
        "An address in the database does not open with this ADDRESS_KEY. "
        "Set the key that this database was filled with."
    )


def is_sealed_anew(sealed: bytes) -> bool:
    """With the ADDRESS_KEY of today, not an older one."""
    return _opened(sealed, settings.ADDRESS_KEY) is not None


def provider_group(address: str) -> str:
    """Who receives for this address: a large provider's name, or 16 hex digits that stand for the
    domain, since a domain of one's own names a person."""
    domain = address.rpartition("@")[2]
    return next((name for name, domains in _GROUPS.items() if domain in domains), fingerprint(domain)[:16])


def _opened(sealed: bytes, secret: str) -> bytes | None:
    nonce, content = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return _cipher(secret).decrypt(nonce, content, None)
    except InvalidTag:
        return None


def _cipher(secret: str) -> AESGCM:
    return AESGCM(_key("seal", secret))


@lru_cache(maxsize=4)
def _key(purpose: str, secret: str) -> bytes:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()
