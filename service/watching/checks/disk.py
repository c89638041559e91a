"""Room on the disks, and whether we may write there."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from ..numbers import disks
from ..rules import NOTE, OK, WRONG, Asked, Finding

LITTLE, TOO_LITTLE = 0.2, 0.1
_GIB = 1024**3


def look(asked: Asked) -> Iterator[Finding]:
    for disk in disks():
        told = f"{disk.free:.0%} ({disk.free_bytes / _GIB:.1f} GiB) is free where {disk.name} lies"
        if disk.free >= LITTLE:
            yield Finding(OK, f"{told}.")
        else:
            level = WRONG if disk.free < TOO_LITTLE else NOTE
            yield Finding(level, f"{told}. Make room, or move it.")
    for name in ("VAR_DIR", "FEEDS_DIR"):
        path = Path(getattr(settings, name))
        if path.exists() and not os.access(path, os.W_OK | os.X_OK):
            yield Finding(WRONG, f"We may not write to {name} ({path}). Give it to the service's user.")
