"""Records that only the service itself writes, and forms of the desk that a browser may send."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse


class ReadOnly(admin.ModelAdmin[Any]):
    """To look at. Actions that a subclass offers still work."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def tells_the_desk(inside: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: forms of the desk say where they come from, to the desk alone. On a page that forbids
    referrers altogether browsers send `Origin: null` (Fetch §3.2), which Django refuses."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = inside(request)
        if request.path.startswith(("/admin/", "/console/")):
            response.headers["Referrer-Policy"] = "same-origin"
        return response

    return answer
