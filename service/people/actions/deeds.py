"""Writing the log, and proving that nobody rewrote it."""

from datetime import datetime

from django.db import IntegrityError, transaction

from service.toolbox.errors import ServiceError
from service.toolbox.logs import masked

from ..models import Deed
from ..rules.chain import START

COMMAND_LINE = "command line"
_TRIES = 3  # the very first entries of two at once; later ones wait for each other


class BrokenChain(ServiceError):
    """The log is not as it was written."""


def note(
    by: str, what: str, now: datetime, *, about: str = "", noted: str = "", outcome: str, asked: Deed | None = None
) -> Deed:
    """One more entry. No mail address, token or key gets in, whatever was typed."""
    entry = Deed(
        at=now, by=by[:150], what=what[:100], about=masked(about)[:300], noted=masked(noted)[:600], asked=asked
    )
    entry.outcome = masked(outcome)[:200]
    for left in reversed(range(_TRIES)):
        try:
            with transaction.atomic():
                return _append(entry)
        except IntegrityError:
            if not left:
                raise
    raise AssertionError


def check() -> tuple[int, str]:
    """How many entries there are, and the last one's digest. Raises BrokenChain, naming the first that is wrong."""
    count, before = 0, START
    for entry in Deed.objects.order_by("id").iterator():
        if entry.previous != before or entry.digest != entry.linked():
            raise BrokenChain(
                f"Entry {entry.pk} of {entry.at:%d %B %Y, %H:%M} UTC is not as it was written, or the one before it "
                "is gone. Compare with a backup."
            )
        count, before = count + 1, entry.digest
    return count, before


def _append(entry: Deed) -> Deed:
    list(Deed.objects.select_for_update().order_by("id").values_list("pk")[:1])  # whoever writes holds the first
    last = Deed.objects.order_by("-id").first()
    entry.previous = last.digest if last else START
    entry.digest = entry.linked()
    entry.save(force_insert=True)
    return entry
