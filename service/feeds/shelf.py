"""The published bytes on disk: a file, its gzip twin, and its validators, which are written last.

Whoever serves reads the validators first. So a reader in the middle of a swap may get new bytes under
the old ETag, which costs one more poll, but never old bytes under the new one.
"""

import gzip
import json
import os
import tempfile
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path

from service.toolbox.errors import ServiceError

from .rules import file_of

GZIP_LEVEL = 6
VALIDATORS = ".validators.json"
ENDINGS = ("", ".gz", VALIDATORS)  # of the files that each address has


class ShelfUnusable(ServiceError):
    """FEEDS_DIR can't be written."""


@dataclass(frozen=True, slots=True)
class Validators:
    """`last_modified` and `next_change` are seconds since 1970; `next_change` 0 means none. `size` is
    that of the plain file, in bytes: a file cut short by a power failure is no longer the one meant.
    `link` is the whole Link header. `status` is 200, 410 for a feed that is closed, or 301 for one that
    has moved to `location`."""

    etag: str
    last_modified: int
    type: str
    self_url: str
    next_change: int
    size: int
    link: str = ""
    status: int = 200
    location: str = ""

    @classmethod
    def read(cls, written: bytes) -> "Validators":
        """As another version of Byline may have written them: what it knows beyond this one is passed
        over. Raises ValueError where what is needed is missing."""
        told = json.loads(written)
        try:
            return cls(**{field.name: told[field.name] for field in fields(cls) if field.name in told})
        except TypeError as error:  # a name that is missing, or no object at all
            raise ValueError(str(error)) from error


def put(folder: Path, address: str, body: bytes, validators: Validators) -> None:
    """Raises ShelfUnusable."""
    path = path_of(folder, address)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _swap(path, body)
        # mtime=0: the same bytes give the same twin.
        _swap(path.with_name(path.name + ".gz"), gzip.compress(body, GZIP_LEVEL, mtime=0))
        put_validators(folder, address, validators)
    except OSError as error:
        raise ShelfUnusable(
            f"{folder} can't be written ({error.strerror}). Set FEEDS_DIR to a folder of this service's own."
        ) from error


def put_validators(folder: Path, address: str, validators: Validators) -> None:
    path = path_of(folder, address)
    _swap(path.with_name(path.name + VALIDATORS), json.dumps(asdict(validators)).encode())


def holds(folder: Path, address: str, etag: str) -> bool:
    """Whether the files are there and are the ones that the row speaks of."""
    path = path_of(folder, address)
    try:
        told = json.loads(path.with_name(path.name + VALIDATORS).read_bytes())
        whole = path.stat().st_size == told["size"] and path.with_name(path.name + ".gz").stat().st_size > 0
        return bool(told["etag"] == etag and whole)
    except (OSError, ValueError, KeyError):
        return False


def take_away(folder: Path, address: str) -> None:
    """The validators first: without them nothing is served."""
    path = path_of(folder, address)
    for ending in reversed(ENDINGS):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def path_of(folder: Path, address: str) -> Path:
    inner = file_of(address)
    if inner is None:
        raise ShelfUnusable(f"No file can be made for the address {address!r}.")
    return folder / inner


def seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0


def _swap(path: Path, body: bytes) -> None:
    """All or nothing for whoever reads; what a power failure spoils, `holds` sees and is written anew."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as new:
            new.write(body)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
