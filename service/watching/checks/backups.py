"""When the last backup was made and verified."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

from ..models import Beat
from ..rules import BACKUP, NOTE, OK, WRONG, Asked, Finding

NOTED, TOO_OLD = timedelta(days=2), timedelta(days=7)


def look(asked: Asked) -> Iterator[Finding]:
    last = Beat.objects.filter(name=BACKUP).first()
    if last is None:
        level = NOTE if settings.EMBEDDED else WRONG
        yield Finding(level, "No backup was ever made of this database. Run `byline backup FILE`, every night.")
        return
    age = asked.now - last.at
    told = f"The last backup was made and verified on {last.at:%d %B %Y at %H:%M} UTC"
    if age < NOTED:
        yield Finding(OK, f"{told}.")
    else:
        yield Finding(WRONG if age > TOO_OLD else NOTE, f"{told}. Does the timer run that makes one every night?")
