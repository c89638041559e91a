"""Messages as files, one `.eml` each: for a first run, where nothing may leave the machine."""

import hashlib
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from ..rules.verdicts import ACCEPTED, UNTOUCHED, Outgoing, TransportDown, Verdict


class FileTransport:
    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def __enter__(self) -> Self:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise TransportDown(f"{self._folder} can't be made ({error.strerror}). Look at EMAIL_URL.") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        return

    def deliver(self, letters: Iterable[Outgoing]) -> Iterator[Verdict]:
        for letter in letters:
            yield self._keep(letter.message) if time.monotonic() <= letter.until else UNTOUCHED

    def _keep(self, message: bytes) -> Verdict:
        """The name comes from the Message-ID, so the same message is the same file, whole or not there."""
        start = message.find(b"Message-ID: ")
        name = hashlib.sha256(message[start : start + 120].split(b"\r\n")[0]).hexdigest()[:24]
        part = self._folder / f".{name}.part"
        try:
            part.write_bytes(message)
            part.rename(self._folder / f"{name}.eml")
        except OSError as error:
            raise TransportDown(f"{self._folder} can't be written ({error.strerror}). Look at EMAIL_URL.") from error
        return Verdict(ACCEPTED, text="written to a file")
