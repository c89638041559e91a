"""Keys that end, and keys that are old: partners', the certificate's, DKIM's."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

from service.delivery.actions.dkim import key_file, signer_for
from service.newsroom.current import newsroom
from service.partners.models import Key

from ..numbers import EXPIRES_SOON
from ..rules import NOTE, OK, WRONG, Asked, Finding
from .configuration import open_to_others

CONNECT_SECONDS = 5
CHANGED_WITHIN = timedelta(days=400)
_OTHERS = 0o077


def look(asked: Asked) -> Iterator[Finding]:
    yield from _partners(asked.now)
    for domain in newsroom().sending_domains:
        yield from _dkim(domain, asked.now)
    quiet = newsroom().quiet
    for site in dict.fromkeys([settings.SITE_URL, *([quiet.site] if quiet else [])]):
        if site.startswith("https://"):
            yield _certificate(site, asked.now)


def _partners(now: datetime) -> Iterator[Finding]:
    for key in Key.objects.live(now).filter(expires__lt=now + EXPIRES_SOON).select_related("partner"):
        yield Finding(
            NOTE, f"{key.partner}'s key {key.prefix} ends on {key.expires:%d %B %Y}. Give them the next one now."
        )


def _dkim(domain: str, now: datetime) -> Iterator[Finding]:
    """Raises ServiceError for a key that can't be used: nothing would leave."""
    if signer_for(domain) is None:
        yield Finding(NOTE, f"Byline does not sign for {domain} (DKIM_SELECTOR is not set): your mail server must.")
        return
    path = key_file(domain, settings.DKIM_SELECTOR)
    if settings.DKIM_PRIVATE_KEY or not path.is_file():
        return
    stat = path.stat()
    if stat.st_mode & _OTHERS:
        yield open_to_others(path)
    if now - datetime.fromtimestamp(stat.st_mtime, UTC) > CHANGED_WITHIN:
        yield Finding(NOTE, f"The DKIM key for {domain} is over a year old. Make the next with `byline make_dkim_key`.")


def _certificate(site: str, now: datetime) -> Finding:
    parts = urlsplit(site)
    host, port = parts.hostname or "", parts.port or 443
    try:
        with (
            socket.create_connection((host, port), CONNECT_SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secured,
        ):
            shown = secured.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return Finding(WRONG, f"The certificate of {site} is not valid: {error.verify_message}.")
    except OSError as error:
        return Finding(NOTE, f"{site} could not be reached from here ({error.strerror or error}). Look from outside.")
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
    if ends - now < EXPIRES_SOON:
        return Finding(WRONG, f"The certificate of {site} ends on {ends:%d %B %Y}. Does its renewal work?")
    return Finding(OK, f"The certificate of {site} holds until {ends:%d %B %Y}.")
