"""How allauth speaks here: in our words, by our letters, with links from SITE_URL, and secrets sealed."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser, User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_noop

from service.newsroom.current import newsroom
from service.people.actions.factors import LostSecret, open_seal, seal

from ..login import proved
from . import letters

ERRORS = {
    "account_inactive": gettext_noop("This account is switched off. An administrator can switch it on."),
    "enter_current_password": gettext_noop("That is not your password of today."),
    "incorrect_code": gettext_noop(
        "That code or key is not right, or was used already. Codes from an app last 30 seconds."
    ),
    "incorrect_password": gettext_noop("That is not your password."),
    "email_password_mismatch": gettext_noop("That name and password do not belong together."),
    "username_password_mismatch": gettext_noop("That name and password do not belong together."),
    "rate_limited": gettext_noop("Too many wrong codes. Try again in five minutes."),
    "too_many_login_attempts": gettext_noop("Too many wrong codes. Try again in five minutes."),
    "cannot_delete_authenticator": gettext_noop("This second factor can't be removed."),
    "cannot_generate_recovery_codes": gettext_noop("Set up a second factor first."),
}
SAID = {
    "account/messages/password_changed.txt": gettext_noop("Your password is changed. All your other sessions ended."),
    "mfa/messages/totp_activated.txt": gettext_noop("The app is your second factor from now on."),
    "mfa/messages/totp_deactivated.txt": gettext_noop("The app is no second factor any more."),
    "mfa/messages/webauthn_added.txt": gettext_noop("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": gettext_noop("The passkey is removed."),
}


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Within the desk, and on no other host."""
        local = url_has_allowed_host_and_scheme(url, allowed_hosts=None) and ".." not in url
        return local and url.startswith((reverse("console:today"), reverse("admin:index")))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted in lockout.py."""

    def is_reauthentication_required(self, app: str = "", **asked: Any) -> bool:
        return not proved(context.request)

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        return _error(code)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        told = message or gettext(SAID.get(message_template or "", ""))
        if told:
            messages.add_message(request, level, told, extra_tags=extra_tags)

    def send_notification_mail(
        self, template_prefix: str, user: AbstractBaseUser, context: Any = None, email: str | None = None
    ) -> None:
        letters.tell_of_change(user, template_prefix)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        letters.mail_new_password(user, context["password_reset_url"])

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _, rest = key.partition("-")
        return f"{settings.SITE_URL}{reverse('account_reset_password_from_key', args=[uid, rest])}"


class Factors(DefaultMFAAdapter):
    def get_totp_label(self, user: User) -> str:
        return user.get_username()

    _get_user_identifier = get_totp_label

    def get_totp_issuer(self) -> str:
        return newsroom().name

    _get_site_name = get_totp_issuer

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return open_seal(encrypted_text)
        except LostSecret as error:
            raise ValidationError(str(error)) from error

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey %(number)s") % {"number": count + 1}

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        return _error(code)


def _error(code: str) -> ValidationError:
    return ValidationError(gettext(ERRORS.get(code, ERRORS["incorrect_code"])), code=code)
