"""The corpus of mails that come back. In the files OURS stands for the VERP token of the message they are
about, OTHER for another message's, and TOKEN for a reader's token to unsubscribe."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from service.delivery.rules import verp

FOLDER = Path(__file__).resolve().parents[1] / "samples" / "inbound"
NAMES = sorted(path.stem for path in FOLDER.glob("*.eml"))


def came_back(name: str, message: int = 7, leave: str = "TOKEN") -> bytes:
    raw = (FOLDER / f"{name}.eml").read_bytes()
    for word, meant in (("OURS", message), ("OTHER", message + 1)):
        raw = raw.replace(f"bounces+{word}@".encode(), f"bounces+{verp.token(meant, settings.SECRET_KEY)}@".encode())
    return raw.replace(b"TOKEN", leave.encode())


def to_us(message: int) -> str:
    """Our bounce address of that message."""
    return verp.bounce_address("bounces@cauce.example", message, settings.SECRET_KEY)
