"""The envelope sender of each message is an address of its own (VERP), so that whatever comes back names
the message by itself. Its HMAC makes it worth nothing to whoever makes one up.

`bounces+<number>-<hmac>@domain`: the number is the message's, in base 36; the HMAC has 80 bits.
"""

import base64
import hmac
import re

_TOKEN = re.compile(r"([0-9a-z]{1,13})-([a-z2-7]{16})", re.ASCII)
_MAC_BYTES = 10


def bounce_address(mailbox: str, message: int, key: str) -> str:
    """Where delivery reports about that message go; `mailbox` is the plain address before the plus."""
    local, _, domain = mailbox.rpartition("@")
    return f"{local}+{token(message, key)}@{domain}"


def token(message: int, key: str) -> str:
    number = _base36(message)
    return f"{number}-{_mac(number, key)}"


def message_of(address: str, key: str) -> int | None:
    """The message's number, or None where the address is none of ours. Case does not count: some
    servers change it."""
    return opened(address.partition("@")[0].rpartition("+")[2], key)


def opened(given: str, key: str) -> int | None:
    found = _TOKEN.fullmatch(given.lower())
    if not found or not hmac.compare_digest(found[2], _mac(found[1], key)):
        return None
    return int(found[1], 36)


def _mac(number: str, key: str) -> str:
    digest = hmac.digest(f"byline.verp.{key}".encode(), number.encode(), "sha256")
    return base64.b32encode(digest[:_MAC_BYTES]).decode().lower()


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"
