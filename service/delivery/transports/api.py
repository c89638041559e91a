"""Providers' HTTP APIs, through django-anymail: one request a message, one session for many.

Here are only providers that can be told, in each request, not to track readers. Brevo and Resend can't
be told, nor can SES: there it is a setting of the account.

A provider builds the message anew from its parts and signs it itself, so a DKIM-Signature of ours, which
would break, is left out. HTTP's answers are told in SMTP's terms, which is what all else goes by.
"""

import email
import email.policy
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self
from urllib.parse import SplitResult, parse_qs, unquote

import requests
from anymail.backends.mailgun import EmailBackend as Mailgun
from anymail.backends.postmark import EmailBackend as Postmark
from anymail.exceptions import AnymailError
from anymail.message import AnymailMessage
from urllib3.exceptions import NewConnectionError

from ..rules.verdicts import (
    ACCEPTED,
    DEFERRED,
    REFUSED,
    UNCERTAIN,
    UNTOUCHED,
    Outgoing,
    TransportDown,
    Verdict,
    without_address,
)

CONNECT_SECONDS = 10
ANSWER_SECONDS = 30
_REBUILT = {"from", "to", "subject", "reply-to", "mime-version", "content-type", "dkim-signature"}
_TAKEN, _REFUSED = {"sent", "queued"}, {"invalid", "rejected"}  # in anymail's words
_NOTHING_SENT = (requests.ConnectTimeout, requests.exceptions.ProxyError, requests.TooManyRedirects, ValueError)
_ABOUT_US = (401, 402, 403, 404, 405)  # a wrong key, an unpaid account, a domain or address that is none


@dataclass(frozen=True, slots=True)
class _Provider:
    """`key` and `place` are anymail's names for what stands before and after the @ in EMAIL_URL.
    `about_us` finds the answers that concern the account or the sender, so that every message would get one."""

    name: str
    backend: Any
    api: str
    key: str
    place: str
    about_us: Callable[[dict[str, Any]], bool]
    headers: dict[str, str] = field(default_factory=dict)


def _postmark_means_us(told: dict[str, Any]) -> bool:
    """postmarkapp.com/developer/api/overview, error codes; 300 is about one field, which it names."""
    invalid_sender = told.get("ErrorCode") == 300 and "'From'" in str(told.get("Message"))
    return invalid_sender or told.get("ErrorCode") in [10, 400, 401, 405, 412, 413, 1235]


def _mailgun_means_us(told: dict[str, Any]) -> bool:
    return str(told.get("message")).startswith("from parameter")


PROVIDERS = {
    "postmark": _Provider(
        "Postmark",
        Postmark,
        "https://api.postmarkapp.com/",
        "server_token",
        "message_stream",
        _postmark_means_us,
        {"X-PM-KeepID": "true"},  # or Postmark puts a Message-ID of its own
    ),
    "mailgun": _Provider(
        "Mailgun", Mailgun, "https://api.mailgun.net/v3/", "api_key", "sender_domain", _mailgun_means_us
    ),
}


def api_address(parts: SplitResult) -> str:
    """Where that EMAIL_URL's provider listens: `?api=` names another, such as Mailgun's in the EU."""
    return parse_qs(parts.query).get("api", [PROVIDERS[parts.scheme].api])[0]


class ApiTransport:
    def __init__(self, parts: SplitResult) -> None:
        self._provider = PROVIDERS[parts.scheme]
        self._key = unquote(parts.username or "")
        self._backend = self._provider.backend(
            api_url=api_address(parts), **{self._provider.key: self._key, self._provider.place: parts.hostname}
        )

    def __enter__(self) -> Self:
        """Connects, so that a wrong address or an untrusted certificate is told before any letter is touched."""
        self._backend.open()
        self._backend.session.max_redirects = 0  # a redirected POST would lose its body, and tell others the key
        try:
            self._backend.session.head(self._backend.api_url, timeout=CONNECT_SECONDS)
        except requests.RequestException as error:
            self._backend.close()
            raise self._down(_reason(error)) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._backend.close()

    def deliver(self, letters: Iterable[Outgoing]) -> Iterator[Verdict]:
        for letter in letters:
            yield self._deliver(letter)

    def _deliver(self, letter: Outgoing) -> Verdict:
        patience = min(CONNECT_SECONDS, letter.until - time.monotonic())
        if patience <= 0:
            return UNTOUCHED
        self._backend.timeout = (patience, ANSWER_SECONDS)
        mail = mail_of(letter)
        mail.extra_headers.update(self._provider.headers)
        try:
            self._backend.send_messages([mail])
            response = mail.anymail_status.esp_response
        except AnymailError as error:
            response = error.response
            if response is None:
                return self._unanswered(error)
        return self._answered(response, mail.anymail_status.status or set(), letter)

    def _answered(self, response: requests.Response, told: set[str], letter: Outgoing) -> Verdict:
        """`told` is what anymail makes of it for the recipient, where it makes anything of it."""
        status, words = response.status_code, self._words(response, letter)
        if told and told <= _REFUSED:  # RFC 3463 §3.2, §3.3: malformed, or the provider will not write to it any more
            return Verdict(REFUSED, 550, "5.1.3" if "invalid" in told else "5.2.1", words)
        if status < 300 and told and told <= _TAKEN:
            return Verdict(ACCEPTED, 250, text=words)
        if 300 <= status < 400 or status in _ABOUT_US or self._provider.about_us(_json(response)):
            raise self._down(words)
        return _verdict(status, words)

    def _unanswered(self, error: AnymailError) -> Verdict:
        """Nothing was sent where no connection was made; nobody can know what an answer that did not come
        would have said; and what anymail itself finds fault with was never sent."""
        cause = error.__cause__
        if not isinstance(cause, requests.RequestException):
            return Verdict(REFUSED, 554, "5.6.0", self._kept(str(error)))
        if isinstance(cause, _NOTHING_SENT) or isinstance(_beneath(cause), NewConnectionError):
            raise self._down(_reason(cause)) from None
        return Verdict(UNCERTAIN, text=f"The connection was lost after the message: {self._kept(_reason(cause))}")

    def _down(self, words: str) -> TransportDown:
        return TransportDown(f"{self._provider.name} can't be used ({self._kept(words)}). Look at EMAIL_URL.")

    def _words(self, response: requests.Response, letter: Outgoing) -> str:
        """The provider's own, without the key and without any mail address."""
        told = _json(response)
        words = str(told.get("Message") or told.get("message") or response.reason)
        return without_address(f"HTTP {response.status_code}: {self._kept(words)}", letter.recipient)

    def _kept(self, words: str) -> str:
        return " ".join(words.replace(self._key, "(key)").split())


def mail_of(letter: Outgoing) -> AnymailMessage:
    """The message taken apart again: what a provider builds of it has the same parts and headers. Tracking
    is off, whatever the account is set to."""
    told = email.message_from_bytes(letter.message, _class=EmailMessage, policy=email.policy.default)
    mail = AnymailMessage(
        subject=str(told["Subject"]),
        body=_part(told, "plain"),
        from_email=str(told["From"]),
        to=[letter.recipient],
        reply_to=[str(value) for value in told.get_all("Reply-To", [])],
        headers={name: str(value) for name, value in told.items() if name.lower() not in _REBUILT},
        track_opens=False,
        track_clicks=False,
    )
    if html := _part(told, "html"):
        mail.attach_alternative(html, "text/html")
    token = letter.sender.rpartition("@")[0].rpartition("+")
    if token[1]:
        mail.metadata = {"m": token[2]}  # comes back with the provider's reports: see rules/verp.py
    return mail


def _part(told: EmailMessage, kind: str) -> str:
    part = told.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def _verdict(status: int, words: str) -> Verdict:
    if status < 300 or status == 504:  # an answer that says nothing; a gateway that waited in vain for one
        return Verdict(UNCERTAIN, text=words)
    if status == 429:
        return Verdict(DEFERRED, 421, text=words)
    return Verdict(DEFERRED, 451, text=words) if status >= 500 or status == 408 else Verdict(REFUSED, 554, text=words)


def _json(response: requests.Response) -> dict[str, Any]:
    try:
        told = response.json()
    except ValueError:
        told = {}
    return told if isinstance(told, dict) else {}


def _beneath(error: requests.RequestException) -> object:
    """urllib3's reason, which requests wraps."""
    return getattr(error.args[0] if error.args else None, "reason", None)


def _reason(error: requests.RequestException) -> str:
    return str(_beneath(error) or error)
