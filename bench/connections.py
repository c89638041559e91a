"""A mail server that takes 20 ms for each message (relay.py): how many a second one connection carries,
and whether more connections carry more."""

from __future__ import annotations

from pathlib import Path

from service.delivery.actions.bulk import BATCH

from .digest import accepted, planned
from .processes import byline, relay
from .table import Row

MILLISECONDS = 20
CONNECTIONS = (1, 10, 20)


def measure(folder: Path) -> list[Row]:
    what, unit = f"a relay that takes {MILLISECONDS} ms", "messages/s each"
    one, *more = [_per_connection(count) for count in CONNECTIONS]
    return [
        Row(f"{what}, 1 connection", one, None, unit, "≥ 40"),
        *(
            Row(f"{what}, {count} connections", each, one, unit, "≥ 40; linear", "1 connection")
            for count, each in zip(CONNECTIONS[1:], more, strict=True)
        ),
    ]


def _per_connection(connections: int) -> float:
    """A batch each, so that none waits for another; without the time that the command takes to start."""
    with relay(MILLISECONDS) as url:
        settings = {"EMAIL_URL": url, "MAIL_CONNECTIONS": str(connections)}
        mailing = planned(BATCH * connections)
        run = byline("send_due", **settings)
        start = byline("send_due", **settings).seconds
        assert accepted(mailing) == mailing.frozen
        return BATCH / (run.seconds - start)
