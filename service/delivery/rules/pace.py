"""When to try again."""

from datetime import datetime, timedelta

_WAITS = [timedelta(minutes=m) for m in (5, 15, 45, 120, 240, 480)]
NO_CONNECTION_WAIT = timedelta(seconds=30)


def next_try(attempts: int, now: datetime) -> datetime:
    """`attempts` made so far, at least one. RFC 5321 §4.5.4.1 asks for patience that grows."""
    return now + _WAITS[min(attempts, len(_WAITS)) - 1]
