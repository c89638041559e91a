"""How much is measured: all of it, or with BENCH_SHARE=0.1 a tenth, to try the measuring itself."""

from __future__ import annotations

import os


def sized(full: int) -> int:
    return max(1, round(full * float(os.environ.get("BENCH_SHARE", "1"))))
