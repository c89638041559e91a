"""A stream that only its key opens, of any length, in constant memory: for files that leave the house.

The file (all numbers are single bytes):

    "byline-sealed-1\\n"                                      16 bytes
    log2 of scrypt's N, its r, its p (RFC 7914)               3 bytes
    salt, fresh for each file                                16 bytes
    check: bytes 32 to 47 of scrypt(secret, salt)            16 bytes
    chunks: each AES-256-GCM over 65,536 bytes, the last one over 0 to 65,536, with its tag of 16 bytes

The key is bytes 0 to 31 of the same scrypt. A chunk's nonce is its number from 0 (11 bytes, big-endian) and
one byte that is 1 for the last chunk and 0 for all others; what stands before the chunks is authenticated
with each of them. So a chunk that is changed, moved, dropped, repeated or added is found, and a file that was
cut off anywhere does not pass for a whole one (the STREAM construction of Hoang, Reyhanitabar, Rogaway and
Vizár, 2015, as in age).
"""

import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from .errors import ServiceError

MAGIC = b"byline-sealed-1\n"
CHUNK, TAG, SALT, CHECK = 65_536, 16, 16, 16
HEADER = len(MAGIC) + 3 + SALT + CHECK
_COST = (17, 8, 1)  # 128 MiB, some tenths of a second
_DEAREST = (18, 8, 4)  # what we are willing to spend on a file that came from elsewhere
LEAST_SECRET = 16


class Damaged(ServiceError):
    """The file is not what was sealed, or not with this key."""


@dataclass(frozen=True, slots=True)
class _Lock:
    header: bytes
    cipher: AESGCM

    def nonce(self, number: int, *, last: bool) -> bytes:
        return number.to_bytes(11, "big") + bytes([last])

    def seal(self, number: int, content: bytes, *, last: bool) -> bytes:
        return self.cipher.encrypt(self.nonce(number, last=last), content, self.header)

    def open(self, number: int, sealed: bytes, *, last: bool) -> bytes | None:
        try:
            return self.cipher.decrypt(self.nonce(number, last=last), sealed, self.header)
        except InvalidTag:
            return None


class Sealing:
    """Writes to `out` what it is given, sealed. Only after `finish` is the file a whole one."""

    def __init__(self, out: BinaryIO, secret: bytes) -> None:
        self._out = out
        salt = os.urandom(SALT)
        key, check = _derived(secret, salt, _COST)
        self._lock = _Lock(MAGIC + bytes(_COST) + salt + check, AESGCM(key))
        self._number, self._held = 0, bytearray()
        out.write(self._lock.header)

    def write(self, content: bytes) -> None:
        self._held += content
        while len(self._held) > CHUNK:  # one chunk's worth is kept back: it may be the last
            self._put(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]

    def finish(self) -> None:
        self._put(bytes(self._held), last=True)
        self._held.clear()

    def _put(self, content: bytes, *, last: bool) -> None:
        self._out.write(self._lock.seal(self._number, content, last=last))
        self._number += 1


def opened(source: BinaryIO, secret: bytes) -> Iterator[bytes]:
    """What was sealed, chunk by chunk, each proved before it is given. Raises Damaged; whoever must have
    all or nothing reads to the end first."""
    lock = _unlocked(source, secret)
    number, block = 0, source.read(CHUNK + TAG)
    while block:
        following = source.read(CHUNK + TAG)
        content = lock.open(number, block, last=not following)
        if content is None:
            raise Damaged(_why(lock, number, block, is_end=not following))
        yield content
        number, block = number + 1, following
    if not number:
        raise Damaged("The file is cut short: it ends before its first chunk.")


def _why(lock: _Lock, number: int, block: bytes, *, is_end: bool) -> str:
    where = f"{HEADER + number * (CHUNK + TAG):,}"
    if is_end and (len(block) < TAG or lock.open(number, block, last=False) is not None):
        return f"The file is cut short: nothing follows after byte {where}. Take a whole copy of it."
    if not is_end and lock.open(number, block, last=True) is not None:
        return f"Something was added to the file after its end, behind byte {where}. Take another copy of it."
    return f"The file is damaged or cut short at byte {where}. Take another copy of it."


def _unlocked(source: BinaryIO, secret: bytes) -> _Lock:
    header = source.read(HEADER)
    if not header.startswith(MAGIC):
        raise Damaged("This is no file that Byline sealed.")
    if len(header) < HEADER:
        raise Damaged("The file is cut short: it ends before its first chunk.")
    cost, salt = tuple(header[len(MAGIC) : len(MAGIC) + 3]), header[len(MAGIC) + 3 : -CHECK]
    if not all(0 < asked <= most for asked, most in zip(cost, _DEAREST, strict=True)):
        raise Damaged("The file's first bytes are damaged. Take another copy of it.")
    key, check = _derived(secret, salt, cost)
    if not hmac.compare_digest(check, header[-CHECK:]):
        raise Damaged("The file does not open with this key, or its first bytes are damaged.")
    return _Lock(header, AESGCM(key))


def _derived(secret: bytes, salt: bytes, cost: tuple[int, ...]) -> tuple[bytes, bytes]:
    log_n, r, p = cost
    made = Scrypt(salt=salt, length=32 + CHECK, n=2**log_n, r=r, p=p).derive(secret)
    return made[:32], made[32:]
