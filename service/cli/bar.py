"""How far a long work is, drawn on a terminal; silent elsewhere."""

import sys

WIDTH = 40


def bar(share: float) -> None:
    """`share` is between 0 and 1; with 1 the line ends."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{drawn(share)}{chr(10) if share >= 1 else ''}")
        sys.stderr.flush()


def drawn(share: float) -> str:
    full = int(WIDTH * share)
    return f"[{'#' * full}{'.' * (WIDTH - full)}] {share:.0%}"
