"""What a request's headers ask for, as RFC 9110 tells it (§12.5.3, §13). Plain Python."""

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache

_OPAQUE = re.compile(r'"([^"]*)"')


def named(if_none_match: str, mine: tuple[str, ...]) -> str | None:
    """The first of my tags, without quotes, that the list names by weak comparison; `*` names any. Tags
    without quotes are understood: some readers lose them."""
    asked = if_none_match.strip()
    if asked == "*":
        return mine[0]
    tags = _OPAQUE.findall(asked) if '"' in asked else [tag.strip() for tag in asked.split(",")]
    return next((tag for tag in mine if tag in tags), None)


def unmodified_since(if_modified_since: str, last_modified: int) -> bool:
    """Any later date will do: readers send the time at which they asked. What is no date is passed over.
    A date without a zone is in UTC, as in the form of asctime (RFC 9110 §5.6.7)."""
    try:
        date = parsedate_to_datetime(if_modified_since)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() >= last_modified
    except (ValueError, TypeError, OverflowError):
        return False


@lru_cache(maxsize=256)  # a handful of headers come over and over
def takes_gzip(accept_encoding: str) -> bool:
    """`gzip` where it is named, else what is said of `*`."""
    weights = dict(_weighed(part) for part in accept_encoding.lower().split(","))
    for coding in ("gzip", "x-gzip", "*"):
        if coding in weights:
            return weights[coding] > 0
    return False


def _weighed(part: str) -> tuple[str, float]:
    coding, *parameters = (word.strip() for word in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.replace(" ", "").partition("=")
        if name == "q":
            try:
                return coding, float(value)
            except ValueError:
                return coding, 0.0
    return coding, 1.0
