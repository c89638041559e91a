"""A mail server that drops what it takes, with PIPELINING, and may take its time after each message:
`python -m bench.relay PORT [MILLISECONDS]`. It notes when it first heard of recipients at a domain that
begins with "alert", a line each on stdout."""

from __future__ import annotations

import asyncio
import sys
import time


class Session(asyncio.Protocol):
    delay = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._out: asyncio.Transport = transport  # type: ignore[assignment]
        self._buffer = bytearray()
        self._in_message = self._waiting = False
        self._seen = 0
        self._out.write(b"220 relay ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while not self._waiting and (self._message() if self._in_message else self._line()):
            pass

    def _message(self) -> bool:
        at = self._buffer.find(b"\r\n.\r\n", self._seen)
        if at < 0:
            self._seen = max(0, len(self._buffer) - 4)
            return False
        del self._buffer[: at + 5]
        self._in_message = False
        if self.delay:
            self._waiting = True
            asyncio.get_running_loop().call_later(self.delay, self._taken)
        else:
            self._out.write(b"250 2.0.0 taken\r\n")
        return True

    def _taken(self) -> None:
        self._waiting = False
        self._out.write(b"250 2.0.0 taken\r\n")
        self.data_received(b"")

    def _line(self) -> bool:
        at = self._buffer.find(b"\r\n")
        if at < 0:
            return False
        line = bytes(self._buffer[:at])
        del self._buffer[: at + 2]
        verb = line[:4].upper()
        if verb == b"EHLO":
            self._out.write(b"250-relay\r\n250 PIPELINING\r\n")
        elif verb == b"DATA":
            self._in_message, self._seen = True, 0
            self._out.write(b"354 go on\r\n")
        elif verb == b"QUIT":
            self._out.write(b"221 bye\r\n")
            self._out.close()
            return False
        else:
            if b"@alert" in line:
                print(f"{time.time():.6f} {line.decode()}", flush=True)
            self._out.write(b"250 2.1.0 go on\r\n")
        return True


async def main() -> None:
    Session.delay = float(sys.argv[2]) / 1000 if len(sys.argv) > 2 else 0.0
    server = await asyncio.get_running_loop().create_server(Session, "127.0.0.1", int(sys.argv[1]), backlog=512)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
