"""What a command asks for on its standard input: never as an argument, which other users could see."""

import getpass
import sys


def asked(question: str) -> str:
    """A line; on a terminal it is not shown while it is typed."""
    return getpass.getpass(f"{question}: ") if sys.stdin.isatty() else sys.stdin.readline().strip()


def agreed(question: str) -> bool:
    """Yes or no, on a terminal; elsewhere nobody is there to be asked."""
    if not sys.stdin.isatty():
        return True
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
