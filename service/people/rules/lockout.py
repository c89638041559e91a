"""How often a password may be wrong."""

from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
FROM_ONE_NETWORK = 5
"""For one name. Whoever else knows the name, elsewhere, does not shut its owner out with these."""
FROM_EVERYWHERE = 50
"""For one name, from all networks together."""


def is_over(since: datetime, now: datetime) -> bool:
    """Counting begins anew, and whoever was shut out may try again."""
    return now - since >= WINDOW
