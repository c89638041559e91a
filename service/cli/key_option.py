"""Which key a backup is sealed with."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings

from service.toolbox.errors import ServiceError

from .keeping import secret_in


def add_key(parser: ArgumentParser) -> None:
    parser.add_argument("--key", type=Path, metavar="FILE", help="a file with the key; else BACKUP_KEY is it")


def key_of(given: Path | None) -> bytes:
    """Raises ServiceError."""
    if given:
        return secret_in(given)
    if settings.BACKUP_KEY:
        return str(settings.BACKUP_KEY).encode()
    raise ServiceError(
        "No key is named. Set BACKUP_KEY to what `openssl rand -base64 36` writes, and keep a copy of it where the "
        "backups are not; or name a file that holds one with --key."
    )
