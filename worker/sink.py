"""An SMTP server on loopback that keeps each message as a file: where the demo's letters end."""

import hashlib
from email.parser import BytesHeaderParser
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller


class _OnFreePort(Controller):
    """aiosmtpd greets itself on the port that was asked for, which is 0; tell it which it got."""

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class Sink:
    """A context manager; `port` is the free one that it took."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._controller = _OnFreePort(self, hostname="127.0.0.1", port=0, ready_timeout=10)

    @property
    def port(self) -> int:
        return int(self._controller.port)

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._controller.stop()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """The name says what and for whom; two of the same Message-ID would stand side by side."""
        body: bytes = envelope.content
        headers = BytesHeaderParser().parsebytes(body)
        reader = envelope.rcpt_tos[0].partition("@")[0]
        mark = hashlib.sha256(str(headers["Message-ID"]).encode()).hexdigest()[:8]
        name, count = f"{reader}-{mark}", 1
        path = self.folder / f"{name}.eml"
        while path.exists():
            count += 1
            path = self.folder / f"{name}-sent-{count}-times.eml"
        path.write_bytes(body)
        return "250 2.0.0 kept"
