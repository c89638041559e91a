"""What `byline send_due` weighs after its first thousand messages and at its end."""

from __future__ import annotations

from pathlib import Path

from .digest import accepted, planned
from .processes import byline, relay, resident_mb
from .sizes import sized
from .table import Row

MESSAGES = 100_000
EARLY = 1_000


def measure(folder: Path) -> list[Row]:
    count = sized(MESSAGES)
    mailing = planned(count)
    weights: list[float] = []

    def weigh(pid: int) -> None:
        if weights or accepted(mailing) >= EARLY:
            weights.append(resident_mb(pid))

    with relay(0) as url:
        byline("send_due", watch=weigh, EMAIL_URL=url)
    assert accepted(mailing) == count
    late = max(weights[len(weights) // 2 :])
    return [Row(f"memory after {count:,} messages", late, weights[0], "MB", "flat", f"after {EARLY:,}")]
