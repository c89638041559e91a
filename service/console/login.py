"""Who comes to a page of the desk may have to prove something first."""

from django.http import HttpRequest, HttpResponse


def first(request: HttpRequest, *, again: bool, back: str) -> HttpResponse | None:
    """Where whoever is logged in is led before they get the page; None where nothing is in the way."""
    return None
