"""Where mail that comes back is let in: an SMTP or LMTP listener, a Maildir, or one mail alone."""

import asyncio
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP
from django.db import connection

from service.delivery.rules.inbound import is_ours
from service.toolbox import clock
from service.toolbox.errors import ServiceError

from .letterbox import take_in

log = structlog.get_logger(__name__)

MOST_BYTES = 10 * 1024 * 1024
LEFT_THERE = "left there"
_AT_ONCE = 4
_NOT_OURS = "550 5.1.1 nobody receives here by that name"
_ONE_EACH = "452 4.5.3 one recipient at a time"
_TROUBLE = "451 4.3.0 not now; try again later"
_KEPT = "250 2.0.0 taken in"


class Postbox:
    """aiosmtpd asks it about each recipient and each mail. A mail is about one message, so it has one
    recipient: then LMTP's reply per recipient (RFC 2033 §4.2) and SMTP's are the same."""

    def __init__(self, mailboxes: Sequence[str]) -> None:
        self._mailboxes = mailboxes
        self._pool = ThreadPoolExecutor(_AT_ONCE, "postbox")
        self.counts: Counter[str] = Counter()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if not any(is_ours(address, mailbox) for mailbox in self._mailboxes):
            return _NOT_OURS
        if envelope.rcpt_tos:
            return _ONE_EACH
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 go on"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Says that it is taken in once that is committed, and not a moment before."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._take_in, envelope.content, tuple(envelope.rcpt_tos))

    def _take_in(self, raw: bytes, recipients: tuple[str, ...]) -> str:
        try:
            self.counts[take_in(raw, clock.now(), recipients)] += 1
        except Exception:  # whatever it is, the other side keeps the mail
            log.exception("mail was put off")
            return _TROUBLE
        finally:
            connection.close()  # this thread's own
        return _KEPT


async def listen(box: Postbox, host: str, port: int, *, lmtp: bool, ready: Callable[[int], None]) -> None:
    """Until SIGINT or SIGTERM. Tells `ready` the port, which matters where 0 was asked for."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    speaks = LMTP if lmtp else SMTP
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    server = await loop.create_server(
        lambda: speaks(box, data_size_limit=MOST_BYTES, hostname="byline", ident="Byline", enable_SMTPUTF8=True),
        host,
        port,
    )
    async with server:
        ready(server.sockets[0].getsockname()[1])
        await ended.wait()


def sweep(folder: Path, told: Callable[[str], None]) -> Counter[str]:
    """Takes in what nobody has seen, file by file, and marks it as seen. Nothing is deleted. A file that
    can't be read stays, with a sentence. Raises OperationalError where the database is away."""
    counts: Counter[str] = Counter()
    for path in _unseen(folder):
        try:
            raw = _read(path)
        except (OSError, ServiceError) as error:
            told(f"{path.name} stays where it is: {error}")
            counts[LEFT_THERE] += 1
            continue
        counts[take_in(raw, clock.now())] += 1
        with suppress(FileNotFoundError):  # another sweep was as quick; taken in twice is taken in once
            path.rename(folder / "cur" / _seen(path.name))
    return counts


def _read(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise ServiceError("it is larger than 10 MiB.")
    return path.read_bytes()


def _unseen(folder: Path) -> list[Path]:
    waiting = [path for path in (folder / "cur").iterdir() if "S" not in path.name.partition(":2,")[2]]
    return sorted([*(folder / "new").iterdir(), *waiting])


def _seen(name: str) -> str:
    """Flags stand after `:2,` in the order of ASCII (cr.yp.to/proto/maildir.html)."""
    stem, _, flags = name.partition(":2,")
    return f"{stem}:2,{''.join(sorted({*flags, 'S'}))}"
