"""The people of the desk. One of them at least can let others in, whatever two do at once."""

from datetime import date

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from service.toolbox.errors import ServiceError

from ..models import Person
from ..rules.roles import Role
from .roles import set_role
from .sessions import end_sessions


class LastAdministrator(ServiceError):
    """Without them nobody could let anybody in."""


def everybody() -> QuerySet[User]:
    """Whoever works here first, then those who did; by name."""
    return User.objects.select_related("person").prefetch_related("groups").order_by("-is_active", "username")


@transaction.atomic
def change_role(user: User, role: str) -> None:
    """And ends their sessions. Raises ServiceError."""
    user = _alone(user)
    if role != Role.ADMINISTRATOR:
        _leave_another(user)
    set_role(user, role)
    end_sessions(user)


@transaction.atomic
def switch_off(user: User) -> None:
    """They can't log in, and are logged out. Their name stays in the log. Raises LastAdministrator."""
    user = _alone(user)
    _leave_another(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)


def switch_on(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=True)


def seen(user: User, today: date) -> None:
    """The day, and nothing finer."""
    Person.objects.update_or_create(user=user, defaults={"seen_on": today})


def administrators() -> QuerySet[User]:
    """Who can let others in today."""
    is_one = Q(is_superuser=True) | Q(groups__name=Role.ADMINISTRATOR)
    return User.objects.filter(is_one, is_active=True).distinct()


def _alone(user: User) -> User:
    """Whoever changes what administrators there are does it one after the other. Returns the user as they are now."""
    Group.objects.get_or_create(name=Role.ADMINISTRATOR)
    Group.objects.select_for_update().get(name=Role.ADMINISTRATOR)
    return User.objects.get(pk=user.pk)


def _leave_another(user: User) -> None:
    if not administrators().exclude(pk=user.pk).exists() and administrators().filter(pk=user.pk).exists():
        raise LastAdministrator(
            gettext("This is the last administrator. Make somebody else one first, or nobody could let anybody in.")
        )
