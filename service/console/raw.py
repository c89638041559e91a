"""The raw records: Django's admin behind the desk's own door, for administrators. It speaks English."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from service.people.rules.roles import Right

from .door import desk


class RawRecords(AdminSite):
    site_header = site_title = "Byline: raw records"
    index_title = "Raw records"
    site_url = "/console/"

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Each of its views is a view of the desk."""
        guarded = desk(Right.ADMINISTER)(_in_english(view))
        if not cacheable:
            guarded = never_cache(guarded)
        return guarded if getattr(view, "csrf_exempt", False) else csrf_protect(guarded)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one, for the whole desk."""
        return redirect("admin:index") if request.user.is_authenticated else redirect("account_login")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_logout")


def _in_english(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override("en"):
            return view(request, *args, **kwargs)

    return answer
