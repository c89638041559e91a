"""Where every poll comes by: it is counted, and who takes too much is told to wait."""

import time
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import structlog

from service.audience.networks import Network, network

from .clients import client
from .counting import Count, Counts
from .manners import DAY, Manners, Verdict

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

log = structlog.get_logger(__name__)

_WELCOME = Verdict(wasted=False, wait=0)


class Turnstile:
    """`trusted` are proxies whose X-Forwarded-For is believed."""

    def __init__(self, counts: Counts, manners: Manners, trusted: Iterable[Network] = ()) -> None:
        self._counts, self._manners, self._trusted = counts, manners, tuple(trusted)

    def wait(self, environ: "WSGIEnvironment", address: str, etag: str, *, unchanged: bool) -> int:
        """For how many seconds this client must go away; 0: it gets its answer. `etag` is that of the copy
        it would get, "" where that is none of a feed that goes on. Never raises."""
        try:
            now, agent = time.time(), environ.get("HTTP_USER_AGENT", "")
            verdict = self._judge(environ, address, etag, agent, now) if etag and not unchanged else _WELCOME
            count = Count(1, int(unchanged), int(verdict.wasted and not verdict.wait), int(verdict.wait > 0))
            self._counts.add(address, _day(int(now // DAY)), client(agent), count)
            return verdict.wait
        except Exception:
            log.exception("a poll could not be counted")
            return 0

    def _judge(self, environ: "WSGIEnvironment", address: str, etag: str, agent: str, now: float) -> Verdict:
        """A network that nobody can tell stands for everybody, and is never limited."""
        remote, forwarded = environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", "")
        where = network(remote, forwarded, self._trusted)
        if not where:
            return _WELCOME
        conditional = "HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ
        return self._manners.judge(f"{where}\n{agent}\n{address}", etag, now, conditional=conditional)


@lru_cache(maxsize=2)
def _day(number: int) -> date:
    """Days since 1970, in UTC."""
    return datetime.fromtimestamp(number * DAY, UTC).date()
