"""What a worker was about to do and what it heard, between two commits: a file per lease.

A worker that is killed leaves rows that are marked `sending`. Its journal tells which of them it had not
begun, and what the server had said to the others, so that only what was on the wire that very moment is
uncertain. It is believed only where it must be true: its writer is dead (the kernel gave up its lock on
the file) and this machine has not been restarted since (what the disk then lost, nobody knows).
"""

import fcntl
import os
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings

from ..rules.verdicts import STATES, UNCERTAIN, UNTOUCHED, Verdict

_BEGUN = "begun"
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Journal:
    """Of one lease; a context manager. Without a folder to write to, what a dead worker left stays
    uncertain, and nothing else changes."""

    def __init__(self, batch: int, token: int) -> None:
        self._path = _path(batch, token)
        self._file, self._kept = -1, False

    def __enter__(self) -> Self:
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_APPEND, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
            self._write(_boot())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Kept only where what it tells may not be in rows."""
        if kind is None and not self._kept:
            self._path.unlink(missing_ok=True)
        if self._file >= 0:
            os.close(self._file)

    def keep(self) -> None:
        """The database went away in the middle of a commit: rows may tell less than this does."""
        self._kept = True

    def begun(self, message: int) -> None:
        self._write(f"{message} {_BEGUN}")

    def told(self, message: int, verdict: Verdict) -> None:
        """Without the server's words: they may name the reader."""
        self._write(f"{message} {verdict.state} {verdict.code} {verdict.enhanced}")

    def _write(self, line: str) -> None:
        """Where the disk is full it is emptied: what lacks a line must not be believed."""
        told = f"{line}\n".encode()
        with suppress(OSError):
            if self._file < 0 or os.write(self._file, told) == len(told):
                return
        os.ftruncate(self._file, 0)
        os.close(self._file)
        self._file = -1


class LeftBehind:
    """What the journal of a dead worker's lease tells of its messages."""

    def __init__(self, batch: int, token: int) -> None:
        self._path = _path(batch, token)

    def verdict(self, message: int) -> Verdict:
        told = self._told
        return Verdict(UNCERTAIN) if told is None else told.get(message, UNTOUCHED)

    def forget(self) -> None:
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    @cached_property
    def _told(self) -> dict[int, Verdict] | None:
        """None where it can't be believed."""
        try:
            with self._path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                boot, *lines, torn = file.read().decode("ascii").split("\n")
            told = dict(_line(line) for line in lines)
        except (OSError, ValueError):
            return None
        return told if boot and boot == _boot() and not torn else None


def _line(line: str) -> tuple[int, Verdict]:
    message, state, *rest = line.split(" ")
    if state not in STATES or len(rest) != 2:
        return int(message), Verdict(UNCERTAIN)
    return int(message), Verdict(state, int(rest[0] or 0), rest[1])


def _path(batch: int, token: int) -> Path:
    return Path(settings.VAR_DIR) / "wire" / f"{batch}-{token}"


def _boot() -> str:
    """This start of this machine; "" where none can be told: then no journal is believed."""
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return ""
