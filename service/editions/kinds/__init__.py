"""The shelf of edition kinds. Each part has `values(edition, now)`: all that its template needs."""

from . import alert, weekly

KINDS = {"weekly": weekly, "alert": alert}
