"""Mail that nobody understood: kept whole and sealed, since it names readers, until a person has looked.
Never deleted here."""

import hashlib
from datetime import datetime

import structlog

from service.toolbox import addresses

from ..models import Quarantined

log = structlog.get_logger(__name__)


def keep(raw: bytes, reason: str, now: datetime) -> None:
    """The same mail twice is kept once. `reason` is a sentence without any address."""
    given = {"at": now, "reason": reason[:200], "size": len(raw), "sealed": addresses.seal_bytes(raw)}
    _, is_new = Quarantined.objects.get_or_create(digest=hashlib.sha256(raw).hexdigest(), defaults=given)
    if is_new:
        log.warning("mail was kept in quarantine", reason=reason, waiting=waiting())


def open_quarantined(row: Quarantined) -> bytes:
    """The mail as it came. Raises WrongKey."""
    return addresses.open_bytes(bytes(row.sealed))


def looked_at(pks: list[int], now: datetime) -> int:
    """A person has seen them. Returns how many were new to anybody."""
    return Quarantined.objects.filter(pk__in=pks, looked_at=None).update(looked_at=now)


def waiting() -> int:
    """How many nobody has looked at."""
    return Quarantined.objects.filter(looked_at=None).count()
