"""A copied or restored database must not mail anybody: its queue was somebody's, and was sent there.

The database remembers which installation it belongs to: a mark in VAR_DIR that is no part of any
dump, and, on PostgreSQL, the database's own number, which a restore into a new one changes.
"""

from contextlib import suppress
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import connection

from service.toolbox.errors import ServiceError

from ..models import Instance


class Silent(ServiceError):
    """This database belongs to another installation; nothing leaves."""


def check(now: datetime) -> None:
    """Raises Silent. The first installation that looks keeps the database."""
    known, _ = Instance.objects.get_or_create(pk=1, defaults={"mark": _mark(), "since": now})
    if known.mark != _mark():
        raise Silent(
            "This database was copied or restored from another installation, so no mail leaves. If this one is "
            "to send from now on, and the other is not, run `byline confirm_instance`."
        )


def confirm(now: datetime) -> None:
    """An operator says that this installation sends from now on."""
    Instance.objects.update_or_create(pk=1, defaults={"mark": _mark(), "since": now})


def move_out() -> None:
    """This place becomes another one: whatever database is loaded here from now on is a copy, and silent."""
    (settings.VAR_DIR / "instance").unlink(missing_ok=True)


def renounce(now: datetime) -> None:
    """This database belongs to nobody until an operator confirms whose it is."""
    Instance.objects.update_or_create(pk=1, defaults={"mark": "restored", "since": now})


def _mark() -> str:
    return f"{_of_this_place()} {_of_the_database()}".strip()


def _of_this_place() -> str:
    path = settings.VAR_DIR / "instance"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        written = path.with_name(f"instance-{uuid4().hex}")
        written.write_text(uuid4().hex, encoding="ascii")
        with suppress(FileExistsError):  # another process was first; its mark is the one
            path.hardlink_to(written)
        written.unlink()
    return str(path.read_text(encoding="ascii"))


def _of_the_database() -> str:
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid::text FROM pg_database WHERE datname = current_database()")
        return str(cursor.fetchone()[0])
