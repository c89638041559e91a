"""allauth's views on pages of the desk. What needs a proof leads to it, and keeps nothing of the request."""

from typing import Any

from allauth.account import views as account
from allauth.account.forms import UserTokenForm
from allauth.account.internal.flows import password_reset
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth as passkeys
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils import translation
from django.utils.translation import gettext, gettext_noop
from django.views.generic.edit import FormView

from .. import login
from ..pages import language_of, page
from . import letters


class OnPage:
    """`template` is below templates/console/account. A form that was not right is answered with 422."""

    template: str
    title: str
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(language_of(request)):
            try:
                return super().dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]
            except ReauthenticationRequired:
                return login.prove(request, request.get_full_path())

    def render_to_response(self, context: dict[str, Any], **given: Any) -> HttpResponse:
        wrong = any(getattr(form, "errors", None) for name, form in context.items() if name.endswith("form"))
        values = {"redirect_field_value": "", **context, "title": gettext(self.title)}
        return page(self.request, f"account/{self.template}", values, status=422 if wrong else 200)


class Login(OnPage, account.LoginView):
    template, title = "login.html", gettext_noop("Log in")


class Code(OnPage, factors.AuthenticateView):
    template, title = "code.html", gettext_noop("Your second factor")


class PasskeyLogin(OnPage, webauthn.LoginWebAuthnView):
    """Answers the page's script, and takes the form that it fills in."""

    template, title = "login.html", gettext_noop("Log in")


class Logout(OnPage, account.LogoutView):
    template, title = "logout.html", gettext_noop("Log out")


class SwitchedOff(OnPage, account.AccountInactiveView):
    template, title = "switched_off.html", gettext_noop("Not now")


class AgainPassword(OnPage, account.ReauthenticateView):
    template, title = "again_password.html", gettext_noop("Is it you?")


class AgainCode(OnPage, factors.ReauthenticateView):
    template, title = "again_code.html", gettext_noop("Is it you?")


class AgainPasskey(OnPage, webauthn.ReauthenticateWebAuthnView):
    template, title = "again_passkey.html", gettext_noop("Is it you?")


class Password(OnPage, account.PasswordChangeView):
    template, title = "password.html", gettext_noop("Your password")
    success_url = reverse_lazy("mfa_index")


class Forgotten(OnPage, account.PasswordResetView):
    """The same page, after the same work, whether somebody works here under that address or not."""

    template, title = "forgotten.html", gettext_noop("A new password")

    def form_valid(self, form: Any) -> HttpResponse:
        if not form.users:
            letters.new_password("", "")
        return super().form_valid(form)  # type: ignore[no-any-return]


class ForgottenDone(OnPage, account.PasswordResetDoneView):
    template, title = "forgotten_done.html", gettext_noop("Look in your mailbox")


class NewPassword(OnPage, FormView[Any]):
    """At the link's own address: our cookies are strict, so none comes along from the mailbox. It logs nobody in."""

    template, title = "new_password.html", gettext_noop("A new password")
    form_class = account.ResetPasswordKeyForm
    success_url = reverse_lazy("account_login")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        link = UserTokenForm(data={"uidb36": kwargs["uidb36"], "key": kwargs["key"]})
        self.user = link.reset_user if link.is_valid() else None
        return super().dispatch(request, *args, **kwargs) if self.user else _void(request)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.user, "temp_key": self.kwargs["key"]}

    def form_valid(self, form: Any) -> HttpResponse:
        form.save()
        password_reset.finalize_password_reset(self.request, self.user)
        return super().form_valid(form)


class Account(OnPage, factors.IndexView):
    template, title = "account.html", gettext_noop("Your account")


class App(OnPage, totp.ActivateTOTPView):
    template, title = "app.html", gettext_noop("Codes from an app")


class NoApp(OnPage, totp.DeactivateTOTPView):
    template, title = "no_app.html", gettext_noop("No more codes from the app")


class Passkey(OnPage, webauthn.AddWebAuthnView):
    template, title = "passkey.html", gettext_noop("A passkey")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One that opens the door alone, with a finger or a PIN."""
        shown = super().get_context_data(**kwargs)
        return {
            **shown,
            "js_data": {"creation_options": passkeys.begin_registration(self.request.user, passwordless=True)},
        }


class NoPasskey(OnPage, webauthn.RemoveWebAuthnView):
    template, title = "no_passkey.html", gettext_noop("Remove a passkey")
    success_url = reverse_lazy("mfa_index")

    def render_to_response(self, context: dict[str, Any], **given: Any) -> HttpResponse:
        return super().render_to_response({**context, "name": self.get_object().wrap().name})


class Codes(OnPage, codes.ViewRecoveryCodesView):
    template, title = "codes.html", gettext_noop("Recovery codes")


class NewCodes(OnPage, codes.GenerateRecoveryCodesView):
    template, title = "new_codes.html", gettext_noop("New recovery codes")


def _void(request: HttpRequest) -> HttpResponse:
    with translation.override(language_of(request)):
        told = gettext("This link was used, or is older than a day. Ask for another one.")
        values = {"title": gettext("This link does not work"), "sentence": told}
        return page(request, "account/sentence.html", values, status=404)
