"""A key to sign with for each domain, and what to publish in DNS for it."""

import re
from dataclasses import dataclass
from pathlib import Path

from service.toolbox.errors import ServiceError

from ..rules import dkim
from .dkim import key_file, key_of

_SELECTOR = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_STRING = 255  # octets in one string of a TXT record, RFC 1035 §3.3.14


@dataclass(frozen=True, slots=True)
class Key:
    """`record` is the TXT record as a line of a zone file; `fresh`: it was made just now."""

    path: Path
    record: str
    fresh: bool


def make(domain: str, selector: str) -> Key:
    """Writes the private key, for the service's user alone; one that is there stays as it is. Raises
    ServiceError."""
    if not _SELECTOR.fullmatch(selector):
        raise ServiceError(f"A selector is a name in DNS, so it can't be {selector!r}. Take one like byline2026.")
    path = key_file(domain, selector)
    try:
        fresh = _written(path)
        pem = path.read_bytes()
    except OSError as error:
        raise ServiceError(f"{path} can't be written or read ({error.strerror}). Look at DKIM_DIR.") from error
    dkim.signer(domain, selector, pem)
    return Key(path, _zone_line(domain, selector, dkim.record(pem)), fresh)


def published(domain: str, selector: str) -> tuple[str, str]:
    """The TXT record that belongs to the key we sign with: as a line of a zone file, and its value. Raises
    ServiceError for a key that can't be used."""
    value = dkim.record(key_of(domain, selector))
    return _zone_line(domain, selector, value), value


def _written(path: Path) -> bool:
    """False where there was one already."""
    pem = dkim.make_key()
    try:
        for folder in (path.parent.parent, path.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        return False
    path.write_bytes(pem)
    return True


def _zone_line(domain: str, selector: str, value: str) -> str:
    strings = " ".join(f'"{value[at : at + _LONGEST_STRING]}"' for at in range(0, len(value), _LONGEST_STRING))
    return f"{selector}._domainkey.{domain}. IN TXT ( {strings} )"
