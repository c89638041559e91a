"""A fresh key to sign with, and what to publish in DNS for it."""

import re
from pathlib import Path

from service.toolbox.errors import ServiceError

from ..rules import dkim
from .dkim import key_file

_SELECTOR = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_STRING = 255  # octets in one string of a TXT record, RFC 1035 §3.3.14


def make(domain: str, selector: str) -> tuple[Path, str]:
    """Writes the private key, for the service's user alone, never over another. Returns its path and the
    TXT record as a line of a zone file. Raises ServiceError."""
    if not _SELECTOR.fullmatch(selector):
        raise ServiceError(f"A selector is a name in DNS, so it can't be {selector!r}. Take one like byline2026.")
    path, pem = key_file(domain, selector), dkim.make_key()
    try:
        for folder in (path.parent.parent, path.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(pem)
    except FileExistsError:
        raise ServiceError(f"{path} is there already and stays as it is. Take another selector.") from None
    except OSError as error:
        raise ServiceError(f"{path} can't be written ({error.strerror}). Look at DKIM_DIR.") from error
    return path, _zone_line(domain, selector, dkim.record(pem))


def _zone_line(domain: str, selector: str, value: str) -> str:
    strings = " ".join(f'"{value[at : at + _LONGEST_STRING]}"' for at in range(0, len(value), _LONGEST_STRING))
    return f"{selector}._domainkey.{domain}. IN TXT ( {strings} )"
