"""A file that comes in twice: it is tried, and then the same goes in for real. It is kept nowhere between."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.uploadedfile import UploadedFile
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.utils.translation import gettext

from service.toolbox.errors import ServiceError

MOST_BYTES = 10 * 1024 * 1024  # what a browser can wait for; larger lists are for the command
_TRIED = Signer(salt="byline.list-tried")


def upload_of(request: HttpRequest, command: str) -> "UploadedFile[bytes]":
    """`command` is what takes in larger ones. Raises ServiceError."""
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile) or not upload.size:
        raise ServiceError(gettext("Choose a file that holds a list."))
    if upload.size > MOST_BYTES:
        told = gettext("The file is too large for a browser. Use the command %(command)s for it.")
        raise ServiceError(told % {"command": command})
    return upload


def mark_of(upload: "UploadedFile[bytes]", given: object) -> str:
    """The same for the same file and the same choices with it."""
    digest = hashlib.sha256(repr(given).encode())
    for piece in upload.chunks():
        digest.update(piece)
    return digest.hexdigest()


def tried(mark: str) -> str:
    """For the page to send back."""
    return _TRIED.sign(mark)


def was_tried(shown: str, mark: str) -> bool:
    """False: this is the first time. Raises ServiceError where something else was tried."""
    if not shown:
        return False
    try:
        if _TRIED.unsign(shown) == mark:
            return True
    except BadSignature:
        pass
    raise ServiceError(gettext("That is not the list, or not the choice, that was tried. Try it first."))


@contextmanager
def on_disk(upload: "UploadedFile[bytes]") -> Iterator[Path]:
    """For as long as it is read, in a folder of our own."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / (Path(upload.name or "").name or "list.csv")
        with path.open("wb") as file:
            file.writelines(upload.chunks())
        yield path
