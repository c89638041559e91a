"""The time, in one place. Actions take `now` as an argument; doors and tasks ask here."""

from datetime import UTC, datetime


def now() -> datetime:
    """Aware, UTC, whole seconds: no output of Byline ever needs a finer one."""
    return datetime.now(UTC).replace(microsecond=0)
