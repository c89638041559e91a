"""Second factors: who has one, and how their secrets lie in the database."""

import hashlib
import hmac
from base64 import urlsafe_b64encode

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db import transaction
from django.utils.translation import gettext

from service.toolbox.errors import ServiceError

from .sessions import end_sessions

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_SECRETS = ("secret", "seed")  # what allauth keeps of an app's secret, and of recovery codes


class LostSecret(ServiceError):
    """It was sealed with a key that this installation no longer has."""


def has_second_factor(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Recovery codes alone are none: they are for the day on which it is lost."""
    return bool(user.pk) and Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


@transaction.atomic
def reset_second_factor(user: User) -> None:
    """For whoever lost theirs: they log in with their password alone, and set up another."""
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user)


def seal(text: str) -> str:
    return _keys().encrypt(text.encode()).decode()


def open_seal(sealed: str) -> str:
    """While SECRET_KEY_OLD is set, also what that one sealed. Raises LostSecret."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise LostSecret(
            gettext(
                "Your second factor was set up under another key of this installation. An administrator can reset it."
            )
        ) from None


def reseal() -> int:
    """With today's SECRET_KEY whatever the one before sealed, so that the old one can go. Returns how many."""
    count = 0
    for row in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN) if settings.SECRET_KEY_OLD else []:
        with transaction.atomic():
            count += _resealed(Authenticator.objects.select_for_update().get(pk=row.pk))
    return count


def _resealed(row: Authenticator) -> bool:
    """One that is lost stays as it is: its owner is told so when they use it."""
    old = {name: row.data[name] for name in _SECRETS if name in row.data and not _is_fresh(row.data[name])}
    try:
        row.data |= {name: seal(open_seal(sealed)) for name, sealed in old.items()}
    except LostSecret:
        return False
    row.save(update_fields=["data"])
    return bool(old)


def _is_fresh(sealed: str) -> bool:
    try:
        _key(settings.SECRET_KEY).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, settings.SECRET_KEY_OLD) if secret])


def _key(secret: str) -> Fernet:
    return Fernet(urlsafe_b64encode(hmac.digest(secret.encode(), b"byline.second-factor", hashlib.sha256)))
