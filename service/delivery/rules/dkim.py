"""Signs a message that is joined per reader (DKIM, RFC 6376), relaxed headers over a simple body.

A compiled body is canonical as it stands: CRLF line ends, one of them at its end (§3.4.3). So the hash
goes over the bytes themselves, which is ten times faster than a signer that has to canonicalise.
"""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from service.toolbox.errors import ServiceError

BITS = 2048
_LEAST_BITS = 1024
# What a mail program shows or acts on. "from" and "subject" stand twice: a second one can't be added.
_SIGNED = [
    *("from", "from", "to", "subject", "subject", "date", "reply-to", "message-id", "mime-version"),
    *("content-type", "list-id", "list-unsubscribe", "list-unsubscribe-post", "feedback-id", "auto-submitted"),
]
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:((?:[^\r\n]+|\r\n[ \t])*)\r\n")
_BLANKS = re.compile(rb"[ \t\r\n]+")


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for one domain with one selector's key; `sign` gives the header to put on top."""

    domain: str
    selector: str
    _sign: Callable[[bytes], bytes]

    def sign(self, headers: bytes, body: bytes, at: int) -> bytes:
        """`headers` end with their last CRLF, without the empty line; `at` is in seconds since 1970."""
        fields = {name.lower(): _relaxed(value) for name, value in _FIELD.findall(headers)}
        names = [name for name in _SIGNED if name.encode() in fields]
        body_hash = base64.b64encode(hashlib.sha256(body).digest()).decode()
        tags = (
            f"v=1; a=rsa-sha256; c=relaxed/simple; d={self.domain}; s={self.selector}; t={at};\r\n"
            f" h={':'.join(names)};\r\n bh={body_hash};\r\n b="
        ).encode()
        told = []
        for name in dict.fromkeys(names):  # of a name that stands twice, the second is not there: nothing
            told.append(name.encode() + b":" + fields[name.encode()] + b"\r\n")
        told.append(b"dkim-signature:" + _relaxed(tags))
        signature = base64.b64encode(self._sign(b"".join(told))).decode()
        lines = "\r\n ".join(signature[at : at + 72] for at in range(0, len(signature), 72))
        return b"DKIM-Signature: " + tags + lines.encode() + b"\r\n"


def signer(domain: str, selector: str, pem: bytes) -> Signer:
    """Raises ServiceError for what is no RSA key."""
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey) or key.key_size < _LEAST_BITS:
        raise ServiceError(
            f"The DKIM key {selector!r} for {domain} is no RSA key in PEM form. Make one with `byline make_dkim_key`."
        )
    padding, digest = PKCS1v15(), SHA256()
    return Signer(domain, selector, lambda told: key.sign(told, padding, digest))


def make_key() -> bytes:
    """A fresh private key, as PEM."""
    key = generate_private_key(public_exponent=65537, key_size=BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def record(pem: bytes) -> str:
    """The TXT record's value to publish at <selector>._domainkey.<domain> (§3.6.1)."""
    public = load_pem_private_key(pem, password=None).public_key()
    raw = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(raw).decode()}"


def _relaxed(value: bytes) -> bytes:
    """§3.4.2: unfolded, blanks made one, none at either end."""
    return _BLANKS.sub(b" ", value).strip()
