import asyncio
import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from service.cli.letterbox import mailboxes, take_in
from service.cli.postbox import LEFT_THERE, Postbox, listen, sweep
from service.cli.verb import Verb
from service.delivery.actions.quarantine import waiting
from service.newsroom.current import newsroom
from service.toolbox import clock
from service.toolbox.errors import ServiceError

_TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the mail


class Command(Verb):
    help = "Take in what comes back (bounces, complaints, who leaves, who used an article): a Maildir, a port or -."

    def arguments(self, parser: ArgumentParser) -> None:
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--maildir", type=Path, help="take in what is new in that folder, once")
        where.add_argument("--listen", metavar="HOST:PORT", help="stay, and take mail by SMTP; Ctrl-C ends")
        where.add_argument("one", nargs="?", choices=["-"], help="one mail from standard input")
        parser.add_argument("--lmtp", action="store_true", help="with --listen: speak LMTP")
        parser.add_argument("--recipient", default="", help="with -: whom the envelope names")

    def act(self, **options: Any) -> str:
        if options["maildir"]:
            return self._maildir(options["maildir"])
        if options["listen"]:
            return self._listen(options["listen"], lmtp=options["lmtp"])
        return _one(options["recipient"])

    def _maildir(self, folder: Path) -> str:
        if not (folder / "new").is_dir() or not (folder / "cur").is_dir():
            raise ServiceError(f"{folder} is no Maildir: it has no `new` and `cur`. Name the folder they are in.")
        counts = sweep(folder, self.stderr.write)
        told = f"{_told(counts)} {waiting()} in quarantine wait for a person."
        if counts[LEFT_THERE]:
            raise ServiceError(told)
        return told

    def _listen(self, where: str, *, lmtp: bool) -> str:
        host, _, port = where.rpartition(":")
        if not host or not port.isdigit() or int(port) > 65535:
            raise ServiceError(f"{where!r} is no place to listen at. Write it like 127.0.0.1:8025.")
        if not newsroom().bounces:
            raise ServiceError("newsroom.toml names no mailbox for what comes back. Add mail.bounces.")
        box, speaks = Postbox(mailboxes()), "LMTP" if lmtp else "SMTP"

        def ready(port: int) -> None:
            self.stdout.write(f"Takes mail for {' and '.join(mailboxes())} by {speaks} at {host}:{port}. Ctrl-C ends.")
            self.stdout.flush()

        try:
            asyncio.run(listen(box, host.strip("[]"), int(port), lmtp=lmtp, ready=ready))
        except OSError as error:
            raise ServiceError(f"{where} can't be listened at ({error.strerror}).") from error
        return _told(box.counts)


def _one(recipient: str) -> str:
    """Any trouble of ours must leave the mail with whoever called."""
    try:
        outcome = take_in(sys.stdin.buffer.read(), clock.now(), (recipient,) if recipient else ())
    except Exception as error:
        raise CommandError(f"Not taken in; try again later ({error}).", returncode=_TRY_AGAIN) from error
    return f"Taken in: {outcome}."


def _told(counts: Counter[str]) -> str:
    words = ", ".join(f"{counts[what]} {what}" for what in sorted(counts) if counts[what])
    return f"Taken in: {words or 'nothing'}."
