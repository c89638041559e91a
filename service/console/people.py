"""Who works here, with what role; who is invited. For administrators."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from service.people.actions import inviting, staff
from service.people.actions.factors import has_second_factor, reset_second_factor
from service.people.actions.rights import rights
from service.people.actions.roles import role_of
from service.people.models import Invitation
from service.people.rules.factors import asks_second_factor
from service.people.rules.roles import Right, Role
from service.toolbox import clock

from .account.letters import tell
from .door import desk, done
from .ledger import name_of
from .pages import page
from .staff_words import role_name, role_options


@dataclass(frozen=True, slots=True)
class Colleague:
    """What is shown of somebody. `role` is "" for none; `seen_on` a day, UTC."""

    user: User
    role: str
    role_name: str
    seen_on: date | None
    has_factor: bool
    owes_factor: bool


@require_safe
@desk(Right.ADMINISTER)
def people(request: HttpRequest) -> HttpResponse:
    rows = [_colleague(user) for user in staff.everybody()]
    told = {"count": sum(one.user.is_active for one in rows), "owing": sum(one.owes_factor for one in rows)}
    invitations = [(one, role_name(one.role)) for one in Invitation.objects.all()]
    values = {"title": gettext("People"), "people": rows, "invitations": invitations, "roles": role_options()}
    return page(request, "people.html", {**values, **told, "days": inviting.VALID_FOR.days})


@require_POST
@desk(Right.ADMINISTER, again=True)
def invite(request: HttpRequest) -> HttpResponse:
    inviting.invite(
        request.POST.get("email", ""),
        request.POST.get("role", ""),
        name_of(request.user),
        clock.now(),
        site=settings.SITE_URL,
        language=translation.get_language() or "",
    )
    return done(
        request, gettext("The invitation is on its way. Its link works once, for seven days."), "console:people"
    )


@require_POST
@desk(Right.ADMINISTER)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    inviting.withdraw(get_object_or_404(Invitation, pk=pk))
    return done(request, gettext("The invitation is withdrawn: its link opens nothing."), "console:people")


@require_safe
@desk(Right.ADMINISTER)
def person(request: HttpRequest, name: str) -> HttpResponse:
    user = _found(name)
    values = {"title": user.get_username(), "one": _colleague(user), "roles": role_options()}
    return page(request, "person.html", {**values, "is_self": user.pk == request.user.pk})


@require_POST
@desk(Right.ADMINISTER, again=True)
def role(request: HttpRequest, name: str) -> HttpResponse:
    user, chosen = _found(name), request.POST.get("role", "")
    staff.change_role(user, chosen)
    tell(user, gettext("Your role at the desk is another one: %(role)s.") % {"role": role_name(chosen)})
    said = gettext("%(name)s is %(role)s from now on. Their sessions ended.")
    return done(request, said % {"name": name, "role": role_name(chosen)}, "console:person", name)


@require_POST
@desk(Right.ADMINISTER, again=True)
def switch_off(request: HttpRequest, name: str) -> HttpResponse:
    staff.switch_off(_found(name))
    return done(request, gettext("%(name)s can't log in any more.") % {"name": name}, "console:person", name)


@require_POST
@desk(Right.ADMINISTER, again=True)
def switch_on(request: HttpRequest, name: str) -> HttpResponse:
    staff.switch_on(_found(name))
    return done(request, gettext("%(name)s can log in again.") % {"name": name}, "console:person", name)


@require_POST
@desk(Right.ADMINISTER, again=True)
def reset_factor(request: HttpRequest, name: str) -> HttpResponse:
    user = _found(name)
    reset_second_factor(user)
    tell(user, gettext("An administrator reset your second factor. Log in with your password, and set up another."))
    said = gettext("%(name)s logs in with the password alone, and sets up another second factor.")
    return done(request, said % {"name": name}, "console:person", name)


def _colleague(user: User) -> Colleague:
    has_factor = has_second_factor(user)
    asked = any(asks_second_factor(settings.DESK_SECOND_FACTOR, right) for right in rights(user))
    role = str(Role.ADMINISTRATOR) if user.is_superuser else role_of(user)
    seen = getattr(user, "person", None)
    return Colleague(
        user,
        role,
        role_name(role) or gettext("no role"),
        seen.seen_on if seen else None,
        has_factor,
        asked and not has_factor,
    )


def _found(name: str) -> User:
    return get_object_or_404(User.objects.select_related("person"), username=name)
