"""Letting somebody in: a letter with a link, once, for seven days."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.crypto import get_random_string
from django.utils.translation import gettext

from service.newsroom.current import newsroom
from service.toolbox import addresses, tokens
from service.toolbox.errors import ServiceError
from service.toolbox.letters import letter

from ..models import Invitation
from ..rules.roles import Role
from .deeds import note
from .roles import set_role

PURPOSE = "invitation"
VALID_FOR = timedelta(days=7)
_RESERVED = ("command line", "newsroom.toml", "nobody")  # whom the log names so is somebody else


class NotInvited(ServiceError):
    """The link was used, withdrawn, replaced by a later one, or is too old."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """What somebody who was invited chose."""

    name: str
    password: str


@transaction.atomic
def invite(email: str, role: str, by: str, now: datetime, *, site: str, language: str = "") -> str:
    """Mails the link, and returns it. Asked again, a fresh link takes the place of the one before.
    `site` is where the desk is, without a slash at its end. Raises ServiceError."""
    email = addresses.normalise(email)
    if role not in list(Role):
        raise ServiceError(gettext("There is no such role."))
    if User.objects.filter(email__iexact=email).exists():
        raise ServiceError(gettext("Somebody with this address works at the desk already."))
    Invitation.objects.filter(email__iexact=email).delete()
    key = get_random_string(32)
    Invitation.objects.create(email=email, role=role, by=by, at=now, key=key)
    link = f"{site}/console/account/invitation/{tokens.sign(PURPOSE, key)}"
    _mail(email, link, language or newsroom().language)
    return link


def withdraw(invitation: Invitation) -> None:
    invitation.delete()


def invited(token: str, now: datetime) -> Invitation:
    """Raises NotInvited."""
    try:
        key = tokens.open_token(PURPOSE, token)
    except tokens.BadToken:
        key = ""
    found = Invitation.objects.filter(key=key, at__gt=now - VALID_FOR).first()
    if found is None:
        raise NotInvited(
            gettext("This invitation was used, withdrawn, or is older than seven days. Ask for another one.")
        )
    return found


@transaction.atomic
def come_in(token: str, given: Entrance, now: datetime) -> User:
    """Raises NotInvited, and ServiceError for what was typed. Of two at once one comes in."""
    invitation = Invitation.objects.select_for_update().filter(pk=invited(token, now).pk).first()
    if invitation is None:
        raise NotInvited(gettext("This invitation was used a moment ago."))
    user = User(username=_name(given.name), email=invitation.email)
    try:
        validate_password(given.password, user)
        user.set_password(given.password)
        with transaction.atomic():
            user.save()
    except ValidationError as error:
        raise ServiceError(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise ServiceError(_taken()) from error
    set_role(user, invitation.role)
    invitation.delete()
    note(user.username, "account_invitation", now, noted=f"role={invitation.role}", outcome="done")
    return user


def forget_invitations(now: datetime) -> int:
    """Returns how many were never used."""
    return Invitation.objects.filter(at__lte=now - VALID_FOR).delete()[0]


def _name(typed: str) -> str:
    """As the log will say it: so it is no mail address. Raises ServiceError."""
    name = User.normalize_username(typed.strip())
    try:
        UnicodeUsernameValidator()(name)
    except ValidationError:
        name = ""
    if not name or len(name) > 150 or "@" in name:
        raise ServiceError(gettext("Choose a name of letters, digits, dots, hyphens and underscores."))
    if name.casefold() in _RESERVED or User.objects.filter(username__iexact=name).exists():
        raise ServiceError(_taken())
    return name


def _taken() -> str:
    return gettext("Somebody is called so already. Choose another name.")


def _mail(email: str, link: str, language: str) -> None:
    made = letter("desk_invitation", language, {"newsroom": newsroom(), "link": link, "days": VALID_FOR.days})
    with translation.override(language):
        mail = EmailMultiAlternatives(made.subject, made.text, to=[email])
        mail.attach_alternative(made.html, "text/html")
        mail.send()
