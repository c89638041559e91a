"""A new file that only the service's user may read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from .errors import ServiceError


@contextmanager
def private_file(path: Path) -> Iterator[TextIO]:
    """Open to write text, mode 0600, never over another file. Raises ServiceError."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ServiceError(f"{path} is there already and stays as it is. Name another file.") from None
    except OSError as error:
        raise ServiceError(f"{path} can't be written ({error.strerror}). Name another file.") from error
    with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
        yield file
