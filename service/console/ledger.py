"""Whatever somebody does at the desk or among the raw records is written down: before it is done, and what came
of it."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest, HttpResponse

from service.people.actions import deeds
from service.people.models import Deed
from service.toolbox import clock

_WITHIN = ("/console/", "/admin/")
_SAFE = ("GET", "HEAD", "OPTIONS")
NOTED = ("action", "reason", "role", "state", "verb")
"""Fields of forms whose words are written down. Never one that holds an address, a password or a code."""
_OUTCOMES = {2: "done", 3: "done", 4: "refused", 5: "failed"}
OUTCOME = "desk_outcome"
"""An attribute of a response that says better than its status what came of it."""


class Ledger:
    """Middleware, inside of whatever finds out who is there."""

    def __init__(self, inside: Callable[[HttpRequest], HttpResponse]) -> None:
        self._inside = inside

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._inside(request)
        asked: Deed | None = getattr(request, "desk_deed", None)
        if asked:
            outcome = getattr(response, OUTCOME, "") or _OUTCOMES.get(response.status_code // 100, "failed")
            deeds.note(asked.by, asked.what, clock.now(), about=asked.about, outcome=outcome, asked=asked)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        if request.method in _SAFE or not request.path.startswith(_WITHIN) or not request.user.is_authenticated:
            return
        match = request.resolver_match
        what = (match.view_name if match else "") or getattr(view, "__name__", "")
        words = [f"{name}={value}" for name in NOTED for value in request.POST.getlist(name)[:1] if value]
        request.desk_deed = deeds.note(  # type: ignore[attr-defined]
            name_of(request.user),
            what,
            clock.now(),
            about=" ".join(f"{name}={value}" for name, value in kwargs.items()),
            noted=" ".join(words),
            outcome=Deed.ASKED,
        )


def name_of(user: AbstractBaseUser | AnonymousUser) -> str:
    """How the log and the rooms below name whoever does something."""
    return user.get_username() or "nobody"


def came_of_it(response: HttpResponse, outcome: str) -> HttpResponse:
    """Where a redirect is not the same as done."""
    setattr(response, OUTCOME, outcome)
    return response
