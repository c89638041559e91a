"""One leased batch on its way out, window by window.

A window is a few messages: marked `sending` in one commit before the first byte of any, and given their
verdicts in one commit after the server's last reply. In between, a journal on disk notes what was begun and
what the server said (journal.py). A window is short: it takes in as many messages as the server lately took
in half a second, and what has not begun a second after the commit does not begin, so that whoever stops a
mailing has stopped it a second later.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists

from service.toolbox import addresses, tokens
from service.toolbox.errors import ServiceError

from ..models import Batch, Mailing, Message, Rendition, message_id
from ..rules import verp
from ..rules.compiled import Compiled, own_headers
from ..rules.pace import asks_for_patience
from ..rules.verdicts import (
    SUPPRESSED,
    UNTOUCHED,
    Outgoing,
    Verdict,
    is_suppressed,
)
from ..transports import Transport
from . import bulk, dkim
from .journal import Journal
from .record import Claimed, Done, record
from .stretch import Stretch

FIRST_WINDOW, WINDOW = 5, 50
CLAIM_SECONDS = 1.0
_AIM_SECONDS = 0.5
_LOOKS_EVERY_SECONDS = 0.25
_SLOW_SECONDS = 0.004  # a message; below that, this process is what takes the time
_DATABASE_WAITS = (0.2, 1.0, 3.0, 10.0, 20.0)


class Handover:
    """Of one batch by one worker over one connection. `left` is what remains of its allowance, `counts`
    are the states that messages ended in."""

    def __init__(
        self,
        batch: Batch,
        allowance: int,
        way_out: Transport,
        stretch: Stretch,
        journal: Journal,
        on_slow: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_slow` is called when the server takes its time over each message."""
        self._batch, self._way_out, self._stretch, self._on_slow = batch, way_out, stretch, on_slow
        self._journal = journal
        self._looked, self._twice = 0.0, False
        self.left = allowance
        self._letters = {row.pk: _Letter(row, batch.mailing.key) for row in batch.mailing.renditions.all()}
        self.counts: Counter[str] = Counter()

    def run(self) -> None:
        """Until the batch, the allowance or the stretch ends, or something more urgent is due. Raises
        ServiceError for what keeps all messages from leaving."""
        size, window = FIRST_WINDOW, self._turn([], FIRST_WINDOW)
        while window:
            began = time.monotonic()
            done, trouble = self._deliver(window, began + CLAIM_SECONDS)
            sent, seconds = sum(verdict != UNTOUCHED for _, verdict in done), time.monotonic() - began
            if sent and seconds / sent > _SLOW_SECONDS:
                self._on_slow()
            size = _next_size(size, sent, seconds)
            window = self._turn(done, 0 if trouble else size)
            if trouble:
                raise trouble

    def _turn(self, done: Done, size: int) -> list[Claimed]:
        """Verdicts are worth waiting for a database that restarts: without them nobody could know."""
        for seconds in _DATABASE_WAITS if done else ():
            left, counts = self.left, self.counts.copy()
            try:
                return self._commit(done, size)
            except (OperationalError, InterfaceError):
                self.left, self.counts = left, counts
                self._twice = True  # it may have committed before it went away
                self._journal.keep()
                connection.close()
                time.sleep(seconds)
        return self._commit(done, size)

    @transaction.atomic
    def _commit(self, done: Done, size: int) -> list[Claimed]:
        """Verdicts in, the next window out."""
        now = self._stretch.now()
        ours = self._batch.hold() == self._batch.token
        if self._twice and not ours:  # whoever has it now may be sending what was taken back at first
            done = [(one, verdict) for one, verdict in done if verdict != UNTOUCHED]
        self.left += record(self._batch, done, now)
        self.counts.update(verdict.state for _, verdict in done if verdict != UNTOUCHED)
        size = min(size, self.left)
        slower = any(asks_for_patience(verdict) for _, verdict in done)
        if size < 1 or slower or self._stretch.over() or not self._may_go_on(now):
            return []
        window = self._claim(size, now)
        self.left -= len(window)
        return window

    def _may_go_on(self, now: datetime) -> bool:
        """Renews the lease, if it is still ours and the mailing still open, in time, the most urgent, and its
        letters are those that we have."""
        mine = self._batch.mailing
        going = Mailing.objects.filter(pk=mine.pk, state="open", not_after__gte=now, letters=mine.letters)
        ours = Batch.objects.filter(Exists(going), pk=self._batch.pk, token=self._batch.token)
        return bool(ours.update(leased_until=now + lease_time())) and not self._overtaken(now)

    def _overtaken(self, now: datetime) -> bool:
        """Whether something more urgent is due; asked a few times a second."""
        if time.monotonic() - self._looked < _LOOKS_EVERY_SECONDS:
            return False
        self._looked = time.monotonic()
        return Batch.objects.due(now).filter(priority__lt=self._batch.priority).exists()

    def _claim(self, size: int, now: datetime) -> list[Claimed]:
        """The next messages, locked, looked at once more at the last gate, and marked as on the wire."""
        rows = bulk.claimable(self._batch, size, now)
        asked_for = self._batch.mailing.asked_for
        gone = [row[0] for row in rows if row[1] is None]
        stopped = [row[0] for row in rows if is_suppressed(row[6], asked_for=asked_for)]
        if gone or stopped:
            Message.objects.filter(pk__in=gone).cancel("erased", now)
            Message.objects.filter(pk__in=stopped).update(state=SUPPRESSED, changed=now)
        out = {*gone, *stopped}
        claimed = [
            Claimed(id, bytes(sealed), key, rendition, state, attempts + 1)
            for id, sealed, key, rendition, state, attempts, _ in rows
            if id not in out
        ]
        bulk.mark([one.id for one in claimed], now)
        return claimed if claimed or not rows else self._claim(size, now)

    def _deliver(self, window: list[Claimed], until: float) -> tuple[Done, ServiceError | None]:
        """A verdict for each; what the trouble kept from being touched is untouched."""
        now, trouble = self._stretch.now(), None
        verdicts: list[Verdict] = []
        try:
            letters = [self._letters[one.rendition_id].outgoing(one, now, until) for one in window]
            for verdict in self._way_out.deliver(self._begun(window, letters)):
                self._journal.told(window[len(verdicts)].id, verdict)
                verdicts.append(verdict)
        except ServiceError as error:
            trouble = error
        verdicts += [UNTOUCHED] * (len(window) - len(verdicts))
        return list(zip(window, verdicts, strict=True)), trouble

    def _begun(self, window: list[Claimed], letters: list[Outgoing]) -> Iterator[Outgoing]:
        for one, letter in zip(window, letters, strict=True):
            if self._stretch.over():
                return
            self._journal.begun(one.id)
            yield letter


class _Letter:
    """A rendition taken apart once per batch."""

    def __init__(self, rendition: Rendition, mailing_key: str) -> None:
        self._rendition, self._mailing_key = rendition, mailing_key
        self._compiled = Compiled(bytes(rendition.compiled))
        self._salts = {name: bytes.fromhex(salt) for name, salt in rendition.salts.items()}
        self._signer = dkim.signer_for(rendition.sender.rpartition("@")[2])

    def outgoing(self, one: Claimed, now: datetime, until: float) -> Outgoing:
        row, recipient = self._rendition, addresses.open_seal(one.sealed)
        signed = {name: self._token(name, one.recipient_key) for name in row.links}
        values = {name: pattern.format(token=signed[name]) for name, pattern in row.links.items()}
        own = [
            ("To", recipient),
            ("Date", format_datetime(now)),
            ("Message-ID", message_id(self._mailing_key, one.recipient_key, row.sender)),
        ]
        if row.one_click:
            mail_to = (
                f",\r\n <mailto:{row.bounces}?subject=unsubscribe%20{signed['unsubscribe']}>" if row.bounces else ""
            )
            own.append(("List-Unsubscribe", f"<{values['unsubscribe']}>{mail_to}"))  # RFC 8058, RFC 2369
        headers, body = own_headers(own) + self._compiled.head, self._compiled.body(values)
        if self._signer:
            headers = self._signer.sign(headers, body, int(now.timestamp())) + headers
        sender = verp.bounce_address(row.bounces, one.id, settings.SECRET_KEY) if row.bounces else row.sender
        return Outgoing(sender, recipient, headers + b"\r\n" + body, until, stuffed=True)

    def _token(self, name: str, recipient_key: str) -> str:
        salt = self._salts.get(name)
        return tokens.nameless(salt, recipient_key) if salt else tokens.sign(name, recipient_key)


def lease_time() -> timedelta:
    return timedelta(seconds=settings.MAIL_LEASE_SECONDS)


def _next_size(size: int, sent: int, seconds: float) -> int:
    """As many as lately went out in half a second; never more than twice as many as before."""
    if not sent:
        return FIRST_WINDOW
    return max(1, min(WINDOW, 2 * size, int(_AIM_SECONDS * sent / max(seconds, 0.001))))
