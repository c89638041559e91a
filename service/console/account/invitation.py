"""Where the link of an invitation leads. Looking at it does nothing; the form lets its holder in."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from service.people.actions.inviting import Entrance, NotInvited, come_in, invited
from service.toolbox import clock
from service.toolbox.errors import ServiceError

from ..pages import language_of, page
from ..staff_words import role_name


@sensitive_post_parameters("password")
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    with translation.override(language_of(request)):
        try:
            return _come_in(request, token) if request.method == "POST" else _form(request, token)
        except NotInvited as error:
            values = {"title": gettext("This link does not work"), "sentence": str(error)}
            return page(request, "account/sentence.html", values, status=404)
        except ServiceError as error:
            return _form(request, token, error=str(error))


def _come_in(request: HttpRequest, token: str) -> HttpResponse:
    given = Entrance(request.POST.get("name", ""), request.POST.get("password", ""))
    user = come_in(token, given, clock.now())
    return perform_password_login(request, {"username": user.get_username()}, Login(user=user))  # type: ignore[no-any-return]


def _form(request: HttpRequest, token: str, error: str = "") -> HttpResponse:
    role = role_name(invited(token, clock.now()).role)
    values = {"title": gettext("Come in"), "role": role, "name": request.POST.get("name", ""), "error": error}
    return page(request, "account/invitation.html", values, status=422 if error else 200)
