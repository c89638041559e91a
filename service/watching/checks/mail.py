"""The way out: whether the mail server answers and lets us in. No letter is sent."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings

from service.delivery.transports import transport
from service.newsroom.current import newsroom

from ..rules import NOTE, OK, WRONG, Asked, Finding


def look(asked: Asked) -> Iterator[Finding]:
    if newsroom().bounces:
        yield Finding(OK, f"What comes back goes to {newsroom().bounces}.")
    else:
        yield Finding(WRONG, "newsroom.toml names no mail.bounces, so nobody learns which letters came back. Add it.")
    way = urlsplit(settings.EMAIL_URL)
    if way.scheme == "file":
        yield Finding(
            NOTE if settings.EMBEDDED else WRONG,
            f"Letters become files in {way.path} and reach nobody. Set EMAIL_URL to a mail server.",
        )
    else:
        with transport(settings.EMAIL_URL, settings.SITE_URL):
            yield Finding(OK, f"{way.hostname} answers and lets us in.")
