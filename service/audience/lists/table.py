"""A file that some program exported, as rows. Its encoding and its delimiter are found out; of its text
only a piece is in memory."""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.toolbox.errors import ServiceError

DELIMITERS = (",", ";", "\t")
UNREADABLE = "\ufffd"  # stands where bytes were no letter of the file's encoding
_PIECE = 1 << 20
_FIELD_SIZE = 1 << 20  # characters in one cell; a quotation that does not end is given up there
_BROKEN = "It is no CSV: a quotation mark stands where none may, or opens what never ends; then all below is lost too."
_ARCHIVE = b"PK\x03\x04"
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True, slots=True)
class Table:
    """`guessed`: the file is not UTF-8 and does not say what it is."""

    path: Path
    size: int
    encoding: str
    guessed: bool
    delimiter: str
    header: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """`number` is what a spreadsheet shows: the header is 1. `upto` is how many bytes are read; `trouble`
    is why there are no cells."""

    number: int
    upto: int
    cells: tuple[str, ...] = ()
    trouble: str = ""


def look(path: Path) -> Table:
    """Raises ServiceError for what is no table."""
    try:
        encoding, size = _encoding(path), path.stat().st_size
        delimiter, header = max(((one, _header(path, encoding, one)) for one in DELIMITERS), key=lambda it: len(it[1]))
    except OSError as error:
        raise ServiceError(f"{path} can't be read ({error.strerror}). Name a CSV file.") from error
    return Table(path, size, encoding, encoding == "cp1252", delimiter, header)


def lines(table: Table) -> Iterator[Line]:
    """Below the header, blank ones left out. A row that can't be read is told, and the next one is read."""
    with _opened(table.path, table.encoding) as (raw, text):
        rows = _reader(text, table.delimiter)
        next(rows)
        number = 1
        while True:
            number += 1
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error:
                yield Line(number, raw.tell(), trouble=_BROKEN)
                continue
            if any(cells):
                yield Line(number, raw.tell(), tuple(cells))


def _encoding(path: Path) -> str:
    decoder, utf8 = codecs.getincrementaldecoder("utf-8")(), True
    with path.open("rb") as file:
        start = file.read(4)
        if start == _ARCHIVE:
            raise ServiceError(f"{path.name} is an archive or a spreadsheet. Unpack it, or save it as CSV.")
        marked = next((name for mark, name in _BOMS.items() if start.startswith(mark)), "")
        piece = start
        while piece and not marked:
            if b"\x00" in piece:
                raise ServiceError(f"{path.name} is no text in UTF-8 (it holds zeros). Save it as CSV in UTF-8.")
            utf8 = utf8 and _decodes(decoder, piece)
            piece = file.read(_PIECE)
    return marked or ("utf-8" if utf8 and _decodes(decoder, b"", final=True) else "cp1252")


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _header(path: Path, encoding: str, delimiter: str) -> tuple[str, ...]:
    with _opened(path, encoding) as (_, text):
        try:
            return tuple(next(_reader(text, delimiter), ()))
        except csv.Error:
            return ()


@contextmanager
def _opened(path: Path, encoding: str) -> Iterator[tuple[io.BufferedReader, io.TextIOWrapper]]:
    with path.open("rb") as raw:
        yield raw, io.TextIOWrapper(raw, encoding, errors="replace", newline="")


def _reader(text: io.TextIOWrapper, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(_FIELD_SIZE)
    return csv.reader(text, delimiter=delimiter, strict=True)
