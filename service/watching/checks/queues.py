"""Whether clock and workers do their turns, what is late, and what waits for a person."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from ..numbers import numbers
from ..rules import BACKUP, CLOCK, NOTE, OK, WRONG, Asked, Finding, Heard, Numbers

SENDS = "send_due"
LATE = timedelta(minutes=30)
COMPLAINTS, ENOUGH_LETTERS = 0.001, 1000
_WAITS: dict[str, Callable[[int], str]] = {
    "quarantine": lambda n: f"{n} mails came back that nobody understood. Look under Quarantined on the desk.",
    "set aside": lambda n: f"{n} articles could not be taken in. Look under Articles set aside on the desk.",
    "out of feeds": lambda n: f"{n} articles stand in no feed. Look under Articles set aside from feeds on the desk.",
    "vanished": lambda n: f"{n} articles vanished from their source. Withdraw or keep them on the desk.",
    "sources": lambda n: f"{n} sources could not be read. Look under Sources on the desk.",
    "uncertain": lambda n: (
        f"{n} letters of this week may not have arrived. `byline resend_uncertain` sends them again."
    ),
}


def look(asked: Asked) -> Iterator[Finding]:
    told = numbers(asked.now)
    yield from _turns([one for one in told.heard if one.name != BACKUP], told)
    yield from _late(told)
    for what, sentence in _WAITS.items():
        if told.waiting[what]:
            yield Finding(NOTE, sentence(told.waiting[what]))
    if told.complaint_share > COMPLAINTS and told.frozen_lately >= ENOUGH_LETTERS:
        yield Finding(
            WRONG, f"{told.complaint_share:.2%} of the letters of seven days were called spam. Stop and ask why."
        )


def _turns(heard: list[Heard], told: Numbers) -> Iterator[Finding]:
    late = {one.name for one in heard if one.is_late(told.at)}
    if not heard:
        yield Finding(WRONG, "Neither the clock nor a worker was ever heard of. Start them.")
    elif CLOCK in late or CLOCK not in {one.name for one in heard}:
        last = max((one.at for one in heard if one.at), default=None)
        since = f" since {last:%d %B, %H:%M} UTC" if last else ""
        yield Finding(WRONG, f"The clock, or all workers, have not been heard of{since}. Start them.")
    elif SENDS in late:
        yield Finding(WRONG, "Nothing hands letters over. Start the worker of the queue `send`, or look at its log.")
    elif late:
        yield Finding(WRONG, f"{', '.join(sorted(late))} missed its turn. Look at the worker's log.")
    else:
        yield Finding(OK, "The clock and the workers do their turns.")


def _late(told: Numbers) -> Iterator[Finding]:
    late = [one for one in told.owed if one.rows and one.age(told.at) > LATE]
    for one in late:
        minutes = int(one.age(told.at).total_seconds() // 60)
        yield Finding(WRONG, f"{one.rows:,} rows of {one.queue} are owed, the oldest for {minutes:,} minutes.")
    if not late:
        yield Finding(OK, f"{sum(one.rows for one in told.owed):,} rows are owed, none for long.")
