"""By SQLite's own copying, while everything goes on; the dump is the file."""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from django.db import connection

from .failures import BadDump

_READS = 1024 * 1024


def pieces() -> Iterator[bytes]:
    with tempfile.TemporaryDirectory(dir=_file().parent, prefix="backup-") as folder:
        copy = Path(folder) / "copy.sqlite3"
        with closing(sqlite3.connect(_file())) as live, closing(sqlite3.connect(copy)) as target:
            live.backup(target)
        with copy.open("rb") as file:
            while piece := file.read(_READS):
                yield piece


def proof(pieces: Iterable[bytes]) -> None:
    with tempfile.TemporaryDirectory(dir=_file().parent, prefix="backup-") as folder:
        _prove(_written(Path(folder) / "proof.sqlite3", pieces))


def is_empty() -> bool:
    return not connection.introspection.table_names()


def load(pieces: Iterable[bytes]) -> None:
    """Beside the file, and put into its place once it is whole."""
    connection.close()
    with tempfile.TemporaryDirectory(dir=_file().parent, prefix="restore-") as folder:
        whole = _written(Path(folder) / "restored.sqlite3", pieces)
        _prove(whole)
        for beside in ("-wal", "-shm"):
            _file().with_name(_file().name + beside).unlink(missing_ok=True)
        whole.replace(_file())


def _written(path: Path, pieces: Iterable[bytes]) -> Path:
    with path.open("xb") as file:
        for piece in pieces:
            file.write(piece)
    return path


def _prove(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as copy:
            told = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise BadDump(f"The dump is no SQLite database ({error}).") from error
    if told != "ok":
        raise BadDump(f"The dump is damaged ({told}).")


def _file() -> Path:
    return Path(connection.settings_dict["NAME"])
