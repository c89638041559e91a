"""An account's addresses, by the names by which allauth calls them. What it has beside is not there."""

from django.urls import path, re_path

from . import views
from .invitation import invitation

urlpatterns = [
    path("", views.Account.as_view(), name="mfa_index"),
    path("login/", views.Login.as_view(), name="account_login"),
    path("login/code", views.Code.as_view(), name="mfa_authenticate"),
    path("login/passkey", views.PasskeyLogin.as_view(), name="mfa_login_webauthn"),
    path("logout", views.Logout.as_view(), name="account_logout"),
    path("off", views.SwitchedOff.as_view(), name="account_inactive"),
    path("invitation/<str:token>", invitation, name="account_invitation"),
    path("again/password", views.AgainPassword.as_view(), name="account_reauthenticate"),
    path("again/code", views.AgainCode.as_view(), name="mfa_reauthenticate"),
    path("again/passkey", views.AgainPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("password/", views.Password.as_view(), name="account_change_password"),
    path("password/reset/", views.Forgotten.as_view(), name="account_reset_password"),
    path("password/reset/done", views.ForgottenDone.as_view(), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)$",
        views.NewPassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path("app/", views.App.as_view(), name="mfa_activate_totp"),
    path("app/remove", views.NoApp.as_view(), name="mfa_deactivate_totp"),
    path("passkeys/add", views.Passkey.as_view(), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/remove", views.NoPasskey.as_view(), name="mfa_remove_webauthn"),
    path("codes/", views.Codes.as_view(), name="mfa_view_recovery_codes"),
    path("codes/new", views.NewCodes.as_view(), name="mfa_generate_recovery_codes"),
]
