"""What a command asks for on its standard input: never as an argument, which other users could see."""

import getpass
import sys


def asked(question: str) -> str:
    """A line; on a terminal it is not shown while it is typed."""
    return getpass.getpass(f"{question}: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
