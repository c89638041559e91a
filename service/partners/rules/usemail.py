"""A mail to the republish address: which article was used, and on which pages.

The subject was made by attribution, `… (0f3a…)`, and may have been answered to or forwarded; the pages are
the links in the text. Anybody can write such a mail: it makes us look at a page, and no more.
"""

import email
import html
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from urllib.parse import urlsplit

from service.toolbox.fetch import host_of
from service.toolbox.html import text as html_to_text

from .addresses import NotAPage, page_elsewhere
from .pages import is_at

MOST_BYTES = 1024 * 1024
MOST_PAGES = 10
WRITTEN = "It was written to the republish address"  # so begins each reason why one waits for a person
_KEY = re.compile(r"\(([0-9a-f]{12})\)")
_PLAIN = re.compile(r"https?://[^\s<>\"'\]]+")
_HREF = re.compile(r"""href\s*=\s*["'](https?://[^"']+)""", re.IGNORECASE)
_AT_THE_END = ".,;:!?)…»”*_"


@dataclass(frozen=True, slots=True)
class Used:
    key: str
    pages: tuple[str, ...]
    sender: str


@dataclass(frozen=True, slots=True)
class Letter:
    """For a person to read."""

    subject: str
    sender: str
    text: str


@dataclass(frozen=True, slots=True)
class NotRead:
    """`reason` is a sentence without any address."""

    reason: str


def read(raw: bytes, ours: Iterable[str]) -> Used | NotRead:
    """`ours` are hosts of our own, and others that every copy links to. Never raises, whatever the bytes."""
    if len(raw) > MOST_BYTES:
        return NotRead(f"{WRITTEN} and is larger than 1 MiB; it was not read.")
    try:
        return _read(email.message_from_bytes(raw, policy=default), tuple(ours))
    except Exception as error:  # `email` raises a dozen kinds for headers and charsets that are broken
        return NotRead(f"{WRITTEN} and could not be read ({type(error).__name__}).")


def opened(raw: bytes) -> Letter:
    """As a person reads it; what no program can take apart, as it came. Never raises, whatever the bytes."""
    try:
        mail = email.message_from_bytes(raw[:MOST_BYTES], policy=default)
        part = mail.get_body(("plain", "html"))
        text = str(part.get_content()) if part else ""
        readable = html_to_text(text) if part and part.get_content_subtype() == "html" else text
        return Letter(str(mail.get("Subject", "")), _sender(mail), readable.strip())
    except Exception:  # as in `read`
        return Letter("", "", raw[:MOST_BYTES].decode("utf-8", "replace"))


def _sender(mail: EmailMessage) -> str:
    return parseaddr(str(mail.get("From", "")))[1]


def _read(mail: EmailMessage, ours: tuple[str, ...]) -> Used | NotRead:
    keys = _KEY.findall(" ".join(str(mail.get("Subject", "")).split()))
    if not keys:
        return NotRead(f"{WRITTEN}, but its subject names no article.")
    sender = _sender(mail)
    pages = _theirs(list(dict.fromkeys(_pages(mail, ours))), sender)
    if not pages:
        return NotRead(f"{WRITTEN}, but no page that carries the article is in it.")
    return Used(keys[-1], tuple(pages[:MOST_PAGES]), sender)


def _pages(mail: EmailMessage, ours: tuple[str, ...]) -> Iterable[str]:
    """A home page is a signature's, not an article's."""
    for link in _links(mail):
        with suppress(NotAPage):
            found = page_elsewhere(link, ours)
            if urlsplit(found).path.strip("/") or urlsplit(found).query:
                yield found


def _theirs(pages: list[str], sender: str) -> list[str]:
    """Where some are at the sender's own site, the others are a signature's, or a mail program's."""
    domain = sender.rpartition("@")[2]
    own = [one for one in pages if is_at(host_of(one), domain) or is_at(domain, host_of(one))]
    return own or pages


def _links(mail: EmailMessage) -> Iterable[str]:
    for part in mail.walk():
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html"):
            text = str(part.get_content())
            found = _PLAIN.findall(text) if kind == "text/plain" else map(html.unescape, _HREF.findall(text))
            yield from (link.rstrip(_AT_THE_END) for link in found)
