"""How far a long work is, drawn on a terminal; silent elsewhere."""

import sys

WIDTH = 40


def bar(share: float) -> None:
    """`share` is between 0 and 1; with 1 the line ends."""
    if sys.stderr.isatty():
        full = int(WIDTH * share)
        sys.stderr.write(f"\r[{'#' * full}{'.' * (WIDTH - full)}] {share:.0%}{chr(10) if share >= 1 else ''}")
        sys.stderr.flush()
