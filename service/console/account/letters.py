"""Letters to somebody who works here, about their own account. None says from where somebody came."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, User
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from service.audience.limits import may_write_to
from service.newsroom.current import newsroom
from service.toolbox import clock
from service.toolbox.errors import ServiceError
from service.toolbox.letters import Letter, letter

CHANGES = {
    "account/email/password_changed": gettext_noop("Your password was changed."),
    "account/email/password_reset": gettext_noop("Your password was changed by a link that was mailed to you."),
    "mfa/email/totp_activated": gettext_noop("An app for codes was set up as your second factor."),
    "mfa/email/totp_deactivated": gettext_noop("The app for codes is no longer your second factor."),
    "mfa/email/webauthn_added": gettext_noop("A passkey was added to your account."),
    "mfa/email/webauthn_removed": gettext_noop("A passkey was removed from your account."),
    "mfa/email/recovery_codes_generated": gettext_noop("New recovery codes were made; the ones before are void."),
}


def tell_of_change(user: AbstractBaseUser, change: str) -> None:
    """`change` as allauth names its own letter about it."""
    if isinstance(user, User) and change in CHANGES:
        tell(user, gettext(CHANGES[change]))


def mail_new_password(user: User, link: str) -> None:
    """Unless many such letters went to that mailbox lately: then nobody is told."""
    made = new_password(user.get_username(), link)
    try:
        allowed = may_write_to(user.email, clock.now())
    except ServiceError:
        return
    if allowed:
        _send(user.email, made)


def new_password(name: str, link: str) -> Letter:
    return _made("desk_password", {"name": name, "link": link})


def _made(name: str, values: dict[str, Any]) -> Letter:
    return letter(name, translation.get_language() or "en", {"newsroom": newsroom(), **values})


def _send(address: str, made: Letter) -> None:
    if address:
        mail = EmailMultiAlternatives(made.subject, made.text, to=[address])
        mail.attach_alternative(made.html, "text/html")
        mail.send()


def tell(user: User, what: str) -> None:
    """One finished sentence about their own account."""
    _send(user.email, _made("desk_security", {"what": what, "name": user.get_username()}))
