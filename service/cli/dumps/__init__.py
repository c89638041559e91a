"""The shelf of databases that can be backed up: each part has the same four functions.

`pieces()` gives the dump as a stream; `proof(pieces)` reads one to its end and raises BadDump for what can't be
restored; `is_empty()` says whether something may be loaded here; `load(pieces)` loads all of it, or nothing.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol, cast

from django.db import connection

from . import postgresql, sqlite


class Dumps(Protocol):
    def pieces(self) -> Iterator[bytes]: ...
    def proof(self, pieces: Iterable[bytes]) -> None: ...
    def is_empty(self) -> bool: ...
    def load(self, pieces: Iterable[bytes]) -> None: ...


SHELF = {"postgresql": cast(Dumps, postgresql), "sqlite": cast(Dumps, sqlite)}


def here() -> Dumps:
    """For the database of this installation."""
    return SHELF[connection.vendor]
