"""axes asks here whether somebody may try a password, and tells of each wrong one. What it would keep of them
itself (network address, browser, what was typed) is kept nowhere."""

from typing import Any

from axes.handlers.base import AxesBaseHandler
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext

from service.audience.networks import network
from service.people.actions import deeds, misses
from service.people.rules.lockout import WINDOW
from service.toolbox import clock

from ..pages import language_of, page

Credentials = dict[str, Any] | None


class Lockout(AxesBaseHandler):
    """A handler of axes's."""

    def is_locked(self, request: HttpRequest, credentials: Credentials = None) -> bool:
        return misses.is_shut_out(_name(credentials), network_of(request), clock.now())

    def user_login_failed(
        self, sender: Any, credentials: Credentials, request: HttpRequest | None = None, **told: Any
    ) -> None:
        if request is None:
            return
        name, now = _name(credentials), clock.now()
        if misses.is_shut_out(name, network_of(request), now):
            request.axes_locked_out = True  # type: ignore[attr-defined]
        elif misses.miss(name, network_of(request), now):
            request.axes_locked_out = True  # type: ignore[attr-defined]
            if User.objects.filter(username=name).exists():
                deeds.note(name, "account_login", now, outcome="shut out: too many wrong passwords")

    def user_logged_in(self, sender: Any, request: HttpRequest, user: User, **told: Any) -> None:
        misses.forgive(user.get_username(), network_of(request), clock.now())

    def user_logged_out(self, sender: Any, request: HttpRequest, user: User | None, **told: Any) -> None:
        """Nothing changes."""

    def get_failures(self, request: HttpRequest, credentials: Credentials = None) -> int:
        return int(self.is_locked(request, credentials))

    def post_save_access_attempt(self, instance: Any, **told: Any) -> None:
        """There are none."""

    def post_delete_access_attempt(self, instance: Any, **told: Any) -> None:
        """There are none."""


def network_of(request: HttpRequest) -> str:
    """In memory alone, while the request is answered."""
    given = request.META
    return network(given.get("REMOTE_ADDR", ""), given.get("HTTP_X_FORWARDED_FOR", ""), settings.TRUSTED_PROXIES)


def refusal(request: HttpRequest, response: HttpResponse, credentials: Credentials) -> HttpResponse:
    with translation.override(language_of(request)):
        minutes = int(WINDOW.total_seconds() // 60)
        told = gettext(
            "Too many wrong passwords. No password is looked at for %(minutes)d minutes; a passkey still opens the "
            "door. If that was not you, tell an administrator."
        ) % {"minutes": minutes}
        return page(request, "account/sentence.html", {"title": gettext("Not now"), "sentence": told}, status=429)


def _name(credentials: Credentials) -> str:
    """The user's, however they were named; else what was typed, so that nothing shows whether there is one."""
    given = credentials or {}
    typed = str(given.get("username") or given.get("email") or "").strip()
    found = User.objects.filter(Q(username__iexact=typed) | Q(email__iexact=typed)).first() if typed else None
    return found.get_username() if found else typed.casefold()
