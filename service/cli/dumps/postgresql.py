"""By PostgreSQL's own programs, in their custom format: consistent while everything goes on, and readable by
later versions."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.db import connection

from .failures import BadDump

LOCK_WAIT_MILLISECONDS = 60_000  # a migration may hold a table
_READS = 1024 * 1024
_OURS = ["--no-owner", "--no-privileges"]


def pieces() -> Iterator[bytes]:
    asked = ["--format", "custom", "--lock-wait-timeout", str(LOCK_WAIT_MILLISECONDS), *_OURS]
    with _running([_program("pg_dump"), *asked], output=subprocess.PIPE) as dump:
        while dump.stdout and (piece := dump.stdout.read(_READS)):
            yield piece


def proof(pieces: Iterable[bytes]) -> None:
    """Everything is unpacked and turned into statements, which go nowhere."""
    _feed([_program("pg_restore"), "--file", os.devnull], pieces)


def is_empty() -> bool:
    return not connection.introspection.table_names()


def load(pieces: Iterable[bytes]) -> None:
    """In one transaction."""
    database = str(connection.settings_dict["NAME"])
    connection.close()
    _feed([_program("pg_restore"), "--single-transaction", "--exit-on-error", *_OURS, "--dbname", database], pieces)


def _feed(command: list[str], pieces: Iterable[bytes]) -> None:
    """Where the pieces end with an error, the program ends before its transaction does."""
    with _running(command, input=subprocess.PIPE, output=subprocess.DEVNULL) as program, suppress(BrokenPipeError):
        for piece in pieces:
            if program.stdin:
                program.stdin.write(piece)
        _close(program.stdin)


@contextmanager
def _running(command: list[str], output: int, input: int = subprocess.DEVNULL) -> Iterator[subprocess.Popen[bytes]]:
    """Raises BadDump with the program's own words where it fails; it does not outlive the block."""
    with tempfile.TemporaryFile() as said:
        program = subprocess.Popen(  # noqa: S603 - PostgreSQL's own, with words of ours
            command, env=_environment(), stdin=input, stdout=output, stderr=said
        )
        try:
            yield program
            failed = program.wait()
        finally:
            if program.poll() is None:
                program.kill()
                program.wait()
            for stream in (program.stdin, program.stdout):
                with suppress(BrokenPipeError):
                    _close(stream)
        if failed:
            said.seek(0)
            raise BadDump(f"{Path(command[0]).name}: {_last_line(said.read())}")


def _close(stream: IO[bytes] | None) -> None:
    if stream:
        stream.close()


def _last_line(said: bytes) -> str:
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if "error:" in line]
    return lines[0].partition("error: ")[2] if lines else "it failed without a word."


def _environment() -> dict[str, str]:
    """Whom to ask, where no list of processes shows it."""
    given = connection.settings_dict
    asked = {
        "PGHOST": given["HOST"],
        "PGPORT": given["PORT"],
        "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"],
        "PGDATABASE": given["NAME"],
        "PGSSLMODE": given.get("OPTIONS", {}).get("sslmode"),
        "PGCONNECT_TIMEOUT": "10",
    }
    return {**os.environ, **{name: str(value) for name, value in asked.items() if value}}


def _program(name: str) -> str:
    """The newest, where there are several. Raises BadDump."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    found = str(versions[-1]) if versions else shutil.which(name)
    if not found:
        raise BadDump(f"{name} is missing. Install PostgreSQL's client: apt-get install postgresql-client.")
    return found
