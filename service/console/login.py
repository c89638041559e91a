"""Who comes to a page of the desk may have to prove something first."""

from datetime import timedelta
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django_htmx.http import HttpResponseClientRedirect

from service.people.actions.factors import has_second_factor
from service.people.actions.staff import seen
from service.people.rules.factors import asks_second_factor
from service.people.rules.roles import Right
from service.toolbox import clock

AGAIN_WITHIN = timedelta(minutes=10)
_SEEN = "seen"


def first(request: HttpRequest, right: Right, *, again: bool, back: str) -> HttpResponse | None:
    """Where whoever is logged in is led before they get the page; None where nothing is in the way."""
    _note_day(request)
    if asks_second_factor(settings.DESK_SECOND_FACTOR, right) and not has_second_factor(request.user):
        messages.warning(request, gettext("This page needs a second factor. Set one up first; it takes a minute."))
        return led(request, reverse("mfa_index"))
    if again and not proved(request):
        if request.method == "POST":
            told = gettext("Nothing was done yet. Prove that it is you, and press the button once more.")
            messages.warning(request, told)
        return prove(request, back)
    return None


def proved(request: HttpRequest) -> bool:
    """That it is they who sit there, in the last minutes: by logging in, or again since."""
    records = get_authentication_records(request, request.user)
    return bool(records) and clock.now().timestamp() - records[-1]["at"] < AGAIN_WITHIN.total_seconds()


def prove(request: HttpRequest, back: str) -> HttpResponse:
    """Leads there, and then to `back`."""
    return led(request, f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")


def led(request: HttpRequest, to: str) -> HttpResponse:
    """The whole page goes there, also where htmx asked for a piece of it."""
    return HttpResponseClientRedirect(to) if "HX-Request" in request.headers else HttpResponseRedirect(to)


def _note_day(request: HttpRequest) -> None:
    today = clock.now().date()
    if isinstance(request.user, User) and request.session.get(_SEEN) != str(today):
        seen(request.user, today)
        request.session[_SEEN] = str(today)
