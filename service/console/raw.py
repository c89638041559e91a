"""The raw records: Django's admin behind the desk's own door, for administrators. It speaks English.

What can be decided is decided on the desk's own pages; here somebody looks at rows, and each list says what its
rows are, in the words of the model itself.
"""

import inspect
import re
from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_safe

from service.newsroom.current import newsroom
from service.people.rules.roles import Right

from .door import desk
from .pages import asset

ROOMS = {
    "content": ("Articles", "What came in from the sources, and every change of it."),
    "editions": ("Letters", "Digests and alerts, from draft to sent."),
    "delivery": ("Sending", "Mailings and messages, by number and never by reader; what came back; who gets nothing."),
    "appeals": ("Appeals", "Donation calls."),
    "feedback": ("Feedback", "Was this helpful: numbers from ten on, and what somebody wrote."),
    "audience": ("Readers", "What readers chose. No address can be seen here."),
    "partners": ("Partners", "Who may republish, what each was given, and what became of it."),
    "feeds": ("Feeds", "What is published for programs, and how often it is asked for."),
    "people": ("People", "The log of what was done, and who was here when."),
    "auth": ("Accounts", "Who may log in. Roles are given under People, at the desk."),
}
"""In the order in which the first page shows them: name, and what lies there."""
_FILE = re.compile(r"[:;,] see [\w/]+\.py")  # of use to whoever reads the code alone
_OTHERS = ("django.", "allauth.", "axes.")  # their own forms for passwords and secrets are not offered


class RawRecords(AdminSite):
    site_header = site_title = "Raw records"
    index_title = "Raw records"
    site_url = "/console/"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        if not (admin_class and admin_class.__module__.startswith(_OTHERS)):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Each of its views is a view of the desk."""
        guarded = desk(Right.ADMINISTER)(_explained(view))
        if not cacheable:
            guarded = never_cache(guarded)
        return guarded if getattr(view, "csrf_exempt", False) else csrf_protect(guarded)

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """There is one, for the whole desk."""
        return redirect("admin:index") if request.user.is_authenticated else redirect("account_login")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """By room, as they stand in ROOMS."""
        order = list(ROOMS)
        rooms: list[Any] = list(super().get_app_list(request, app_label))
        for room in rooms:
            room["name"], room["told"] = ROOMS.get(room["app_label"], (room["name"], ""))
        return sorted(rooms, key=lambda one: order.index(one["app_label"]) if one["app_label"] in order else len(order))


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """The admin in the newsroom's colours."""
    return asset("raw.css", "text/css; charset=utf-8")


def told(model: type[Model]) -> str:
    """What its rows are: the model's own words, where somebody wrote them."""
    words = inspect.cleandoc(model.__doc__ or "")
    return "" if words.startswith(f"{model.__name__}(") else _FILE.sub("", " ".join(words.replace("`", "").split()))


def _explained(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """With its messages in the admin's language, and what the shown rows are."""

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override("en"):
            response = view(request, *args, **kwargs)
        if isinstance(response, TemplateResponse):
            shown = response.context_data or {}
            about = {"newsroom": newsroom().name, "told": told(shown["opts"].model) if "opts" in shown else ""}
            response.context_data = {**about, **shown}
        return response

    return answer
