"""The newsroom of this installation, read once from NEWSROOM_FILE."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from .rules import BadNewsroomFile, Newsroom, read


@lru_cache(maxsize=1)
def newsroom() -> Newsroom:
    """Raises BadNewsroomFile with the file's name and the key that is wrong."""
    return read(_text())


@lru_cache(maxsize=1)
def digest() -> str:
    """Changes when anything that every output shows has changed: the file, or where we live."""
    return hashlib.sha256(f"{settings.SITE_URL}\n{_text()}".encode()).hexdigest()


def forget() -> None:
    """Read the file again at the next call: tests that change it call this."""
    newsroom.cache_clear()
    digest.cache_clear()


def _text() -> str:
    path = Path(settings.NEWSROOM_FILE)
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadNewsroomFile(f"{path} can't be read ({error}). Set NEWSROOM_FILE to the file.") from error
