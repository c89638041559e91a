"""A set of keyed hashes on disk, so that a million of them take no memory. The file has no name and is
gone with the last word about it."""

import sqlite3

_CACHE_KIB = 16 * 1024
_HEX_DIGITS = 32  # 128 bits of the hash: enough that no two of a file are taken for one


class Marks:
    def __init__(self) -> None:
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute("CREATE TABLE mark (hash BLOB PRIMARY KEY) WITHOUT ROWID")
        self._rows.execute("BEGIN")

    def add(self, fingerprint: str) -> bool:
        """False where it was there already."""
        return self._rows.execute("INSERT OR IGNORE INTO mark VALUES (?)", [_key(fingerprint)]).rowcount == 1

    def __contains__(self, fingerprint: str) -> bool:
        found = self._rows.execute("SELECT 1 FROM mark WHERE hash = ?", [_key(fingerprint)])
        return found.fetchone() is not None

    def close(self) -> None:
        self._rows.close()


def _key(fingerprint: str) -> bytes:
    return bytes.fromhex(fingerprint[:_HEX_DIGITS])
