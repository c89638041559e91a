"""When a page that carries an article is looked at again, and what an answer means."""

from datetime import timedelta

from .telling import WITHDRAWAL

WELL, FAULTS, GONE, UNREACHABLE, OTHER = "well", "faults", "gone", "unreachable", "other"
SOON = timedelta(hours=1)
MOST_AT_A_HOST = 60  # looks an hour: whoever reports pages by the hundred makes us no nuisance elsewhere
_PAUSES = (timedelta(days=1), timedelta(days=7), timedelta(days=30))
_THEN = timedelta(days=90)


def pause(looks: int, *, unresolved: bool) -> timedelta:
    """Until the next look, after so many. `unresolved`: a notice still waits for this page."""
    if unresolved:
        return SOON
    return _PAUSES[looks - 1] if 0 < looks <= len(_PAUSES) else _THEN


def is_resolved(kind: str, *, live: bool | None, current: bool | None) -> bool:
    """Whether the page needs no more looks for that notice. What was never seen to be gone is not gone."""
    return live is False or (kind != WITHDRAWAL and current is True)


def without_text(*, seen_before: bool) -> tuple[str, bool | None]:
    """Outcome, and whether it is live, of a page on which our text is not: it went, or, where it was never
    seen, the page may be one that only a browser can put together."""
    return (GONE, False) if seen_before else (OTHER, None)
