"""How long a run of sending may go on."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta


class Stretch:
    """One run: how long it may go on, and what time it is meanwhile."""

    def __init__(self, now: datetime, seconds: float, stopped: Callable[[], bool]) -> None:
        self._now, self._seconds, self._stopped = now, seconds, stopped
        self._began = time.monotonic()

    def now(self) -> datetime:
        return self._now + timedelta(seconds=time.monotonic() - self._began)

    def over(self) -> bool:
        return self._stopped() or time.monotonic() - self._began > self._seconds
