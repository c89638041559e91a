"""Who must wait: a client that takes whole copies over and over, of what it has just been given.

An answer "not modified" costs less than a refusal, so conditional requests that it fits are never even
looked at here. Clients are told apart by a salted hash of network, User-Agent and feed, in memory; the
salt changes every day, and nothing is kept.
"""

import hashlib
import secrets
import threading
from dataclasses import dataclass

HOUR = 3600.0
DAY = 24 * HOUR
# A bucket per client and feed. An office of 200 people behind one address may all take their first copy in
# the same minute; a machine that takes one every minute has emptied it after six hours.
MOST_COPIES = 240.0
COPIES_AN_HOUR = 20.0
ANSWERS_AN_HOUR = 600.0  # whole ones that are no waste: of a feed that has changed since
MOST_CLIENTS = 20_000


@dataclass(slots=True)
class _Seen:
    """`left` copies at the second `at`; the last whole copy was `etag`, given at `given`."""

    left: float
    at: float
    etag: str = ""
    given: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wasted`: the client has been given this very copy within the hour, and asks without saying so.
    `wait` in seconds; 0: it gets its copy."""

    wasted: bool
    wait: int


class Manners:
    """Holds no more than MOST_CLIENTS: whoever was met first is forgotten first, and begins anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[bytes, _Seen] = {}
        self._salt, self._day = b"", -1

    def judge(self, client: str, etag: str, now: float, *, conditional: bool) -> Verdict:
        """Of a whole copy that `client` is about to get; `now` in seconds."""
        with self._lock:
            seen = self._find(client, now)
            seen.left = min(MOST_COPIES, seen.left + max(0.0, now - seen.at) * COPIES_AN_HOUR / HOUR)
            seen.at = now
            wasted = not conditional and seen.etag == etag and now - seen.given < HOUR
            price = 1.0 if wasted else COPIES_AN_HOUR / ANSWERS_AN_HOUR
            if seen.left < price:
                return Verdict(wasted, max(1, round((price - seen.left) * HOUR / COPIES_AN_HOUR) + 1))
            seen.left -= price
            seen.etag, seen.given = etag, now
            return Verdict(wasted, 0)

    def _find(self, client: str, now: float) -> _Seen:
        if int(now // DAY) != self._day:
            self._salt, self._day = secrets.token_bytes(16), int(now // DAY)
            self._seen.clear()
        key = hashlib.blake2b(client.encode("utf-8", "replace"), digest_size=16, key=self._salt).digest()
        seen = self._seen.get(key)
        if seen is None:
            if len(self._seen) >= MOST_CLIENTS:
                del self._seen[next(iter(self._seen))]
            seen = self._seen[key] = _Seen(MOST_COPIES, now)
        return seen
