"""Which key a backup is sealed with."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings

from service.toolbox.errors import ServiceError

from .keeping import secret_in


def add_key(parser: ArgumentParser) -> None:
    parser.add_argument("--key", type=Path, metavar="FILE", help="the file with the key; else BACKUP_KEY_FILE")


def key_of(given: Path | None) -> bytes:
    """Raises ServiceError."""
    path = given or (Path(settings.BACKUP_KEY_FILE) if settings.BACKUP_KEY_FILE else None)
    if path is None:
        raise ServiceError(
            "No key is named. Make one with `(umask 077; openssl rand -base64 32 > backup.key)`, keep a copy of it "
            "where the backups are not, and name it with --key or BACKUP_KEY_FILE."
        )
    return secret_in(path)
