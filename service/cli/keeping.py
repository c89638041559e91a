"""A backup: one sealed file (toolbox/vault.py) that holds, one behind the other, the length of a manifest in
four bytes (big-endian), the manifest as JSON, and the database's dump to the end.

The manifest says when and by which version it was made, and carries newsroom.toml and the settings that are no
secrets. No key is in it: SECRET_KEY, ADDRESS_KEY and DKIM's are kept apart from any backup, or it would open
by itself what they seal. Published feeds are not in it either; they are written anew from the rows.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, Self

from django.conf import settings
from django.db import connection

from service.delivery.actions import instance
from service.delivery.models import Address
from service.toolbox import addresses, vault
from service.toolbox.errors import ServiceError
from service.watching.beats import mark
from service.watching.rules import BACKUP

from .dumps import Dumps, here

A_DAY = 86_400
NAMED = "byline-*.backup"
_LENGTH = 4
_LONGEST_MANIFEST = 4 * 1024 * 1024
_OTHERS = 0o077
_NO_SECRETS = (
    *("SITE_URL", "TRUSTED_PROXIES", "MAIL_CONNECTIONS", "MAIL_PER_MINUTE", "MAIL_PER_MINUTE_PER_PROVIDER"),
    *("MAIL_PER_DAY", "MAIL_LEASE_SECONDS", "DKIM_SELECTOR", "LOG_LEVEL"),
)


class BadBackup(ServiceError):
    """It can't be made, or not be restored here."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`kind` is the database's: a dump of one can't be loaded into the other."""

    made: str
    byline: str
    kind: str
    newsroom: str
    settings: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_here(cls, now: datetime) -> Self:
        told = {name: os.environ[name] for name in _NO_SECRETS if os.environ.get(name)}
        house = Path(settings.NEWSROOM_FILE).read_text(encoding="utf-8")
        return cls(now.isoformat(), version("byline"), connection.vendor, house, told)

    def packed(self) -> bytes:
        content = json.dumps(asdict(self), ensure_ascii=False).encode()
        return len(content).to_bytes(_LENGTH, "big") + content


class Backup:
    """A sealed file that is there. `manifest` is proved as far as it goes; `dump` must be read to its end."""

    def __init__(self, source: BinaryIO, secret: bytes, progress: Callable[[float], None] = lambda share: None) -> None:
        size = max(1, os.fstat(source.fileno()).st_size)

        def told(pieces: Iterable[bytes]) -> Iterator[bytes]:
            for piece in pieces:
                yield piece
                progress(min(1.0, source.tell() / size))

        self._pieces = told(vault.opened(source, secret))
        self._read = b""
        self.manifest = self._manifest()

    def dump(self) -> Iterator[bytes]:
        yield self._read
        yield from self._pieces

    def _manifest(self) -> Manifest:
        length = int.from_bytes(self._take(_LENGTH), "big")
        if length > _LONGEST_MANIFEST:
            raise BadBackup("This sealed file is no backup.")
        try:
            return Manifest(**json.loads(self._take(length)))
        except (ValueError, TypeError) as error:
            raise BadBackup("This backup was made by a Byline that this one does not understand.") from error

    def _take(self, count: int) -> bytes:
        while len(self._read) < count:
            piece = next(self._pieces, None)
            if piece is None:
                raise BadBackup("This sealed file is no backup.")
            self._read += piece
        taken, self._read = self._read[:count], self._read[count:]
        return taken


def back_up(path: Path, secret: bytes, now: datetime, progress: Callable[[float], None]) -> int:
    """Makes a new file, reads it back to its end, and only then calls it by its name. Returns its size. Raises
    BadBackup; what was begun is then gone."""
    if path.exists():
        raise BadBackup(f"{path} is there already and stays as it is. Name another file.")
    with suppress(instance.Silent):
        instance.check(now)  # from now on the database knows to whom it belongs: a copy of it will be silent
    part = path.with_name(f"{path.name}.part")
    try:
        _write(part, secret, now)
        prove(part, secret, progress)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    mark(BACKUP, A_DAY, now)
    return path.stat().st_size


def prove(path: Path, secret: bytes, progress: Callable[[float], None]) -> Manifest:
    """Every byte is opened, and the dump unpacked. Raises BadBackup, Damaged or BadDump."""
    with _opened(path) as file:
        backup = Backup(file, secret, progress)
        _fitting(backup.manifest).proof(backup.dump())
        return backup.manifest


def restore(path: Path, secret: bytes, now: datetime, progress: Callable[[float], None]) -> Manifest:
    """Into an empty database, all of it or nothing; it stays silent until `byline confirm_instance`."""
    manifest = prove(path, secret, progress)
    database = here()
    if not database.is_empty():
        raise BadBackup(
            "This database has tables in it, and a backup goes into an empty one. Make a new one, lead "
            "DATABASE_URL there (without DATABASE_URL: move VAR_DIR/byline.sqlite3 away), and run this again."
        )
    instance.move_out()
    with _opened(path) as file:
        database.load(Backup(file, secret).dump())
    instance.renounce(now)
    return manifest


def opens_addresses() -> bool:
    """With the ADDRESS_KEY that is set here, as far as one of them tells."""
    address = Address.objects.first()
    try:
        return address is None or bool(address.open())
    except addresses.WrongKey:
        return False


def secret_in(path: Path) -> bytes:
    """The passphrase, or random bytes in any form; a line end at its end does not count. Raises BadBackup."""
    try:
        secret = path.read_bytes().rstrip(b"\r\n")
        mode = path.stat().st_mode
    except OSError as error:
        raise BadBackup(f"The key {path} can't be read ({error.strerror}).") from error
    if mode & _OTHERS:
        raise BadBackup(f"Others on this machine can read the key {path}. Run `chmod 600 {path}`.")
    if len(secret) < vault.LEAST_SECRET:
        raise BadBackup(
            f"The key in {path} is shorter than {vault.LEAST_SECRET} characters. `openssl rand -base64 32` writes a "
            "good one."
        )
    return secret


def thin_out(folder: Path, keep: int) -> int:
    """Of those that were named by their hour, the newest stay. Returns how many went."""
    old = sorted(folder.glob(NAMED))[:-keep] if keep else []
    for path in old:
        path.unlink()
    return len(old)


def _write(part: Path, secret: bytes, now: datetime) -> None:
    try:
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(number, "wb") as out:
            sealing = vault.Sealing(out, secret)
            sealing.write(Manifest.of_here(now).packed())
            for piece in here().pieces():
                sealing.write(piece)
            sealing.finish()
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise BadBackup(f"{part} can't be written ({error.strerror}).") from error


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise BadBackup(f"{path} can't be read ({error.strerror}).") from error


def _fitting(manifest: Manifest) -> Dumps:
    if manifest.kind != connection.vendor:
        raise BadBackup(f"This is a backup of {manifest.kind}, and the database here is {connection.vendor}.")
    return here()
