"""A key, as a Bearer token (RFC 6750 §2.1) or by HTTP Basic (RFC 7617): as the user name with an empty
password, or, where a program wants both, as the password of the user that its first eight letters name."""

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBasicAuth, HttpBearer

from service.partners.actions import allowance
from service.partners.actions.keys import enter, find
from service.partners.rules.keys import prefix_of
from service.toolbox import clock

from .visit import Visit


class Bearer(HttpBearer):
    openapi_description = "The key itself: `Authorization: Bearer byline_…`"

    def __init__(self, scope: str) -> None:
        super().__init__()
        self._scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Visit | None:
        return entered(request, token.strip(), self._scope)


class Basic(HttpBasicAuth):
    openapi_description = "The key as user name with an empty password; or its prefix as user name, it as password."

    def __init__(self, scope: str) -> None:
        super().__init__()
        self._scope = scope

    def authenticate(self, request: HttpRequest, username: str, password: str) -> Visit | None:
        if password and prefix_of(password) != username:
            return None
        return entered(request, password or username, self._scope)


def key_for(scope: str) -> list[Any]:
    return [Bearer(scope), Basic(scope)]


def entered(request: HttpRequest, whole: str, scope: str) -> Visit | None:
    """None for what is no key of ours. Raises Refused, TooMuch."""
    now, key = clock.now(), find(whole)
    if key is None:
        return None
    partner = enter(key, scope, now)
    visit = Visit(key, now)
    allowance.check(partner, now)
    return visit
