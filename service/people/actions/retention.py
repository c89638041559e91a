"""What the desk forgets of its people."""

from datetime import datetime

from .factors import reseal
from .inviting import forget_invitations
from .misses import forget_misses
from .sessions import forget_sessions


def sweep(now: datetime) -> dict[str, int]:
    """How many of what went. Secrets under an older key are sealed anew."""
    reseal()
    return {
        "invitations": forget_invitations(now),
        "sessions": forget_sessions(now),
        "wrong passwords": forget_misses(now),
    }
