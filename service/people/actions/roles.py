"""Giving somebody a role. A role is a group of Django's, by its name."""

from django.contrib.auth.models import Group, User

from service.toolbox.errors import ServiceError

from ..rules.roles import Role


def prepare_roles() -> None:
    """So that each is there to be given; after every migration."""
    for role in Role:
        Group.objects.get_or_create(name=str(role))


def role_of(user: User) -> str:
    """The one that this desk gave; "" where there is none."""
    return user.groups.filter(name__in=[str(role) for role in Role]).values_list("name", flat=True).first() or ""


def set_role(user: User, name: str) -> None:
    """In place of any other. Only administrators come to the raw records. Raises ServiceError."""
    if name not in [str(role) for role in Role]:
        raise ServiceError(f"There is no role {name!r}. There are: {', '.join(Role)}.")
    user.groups.set([Group.objects.get_or_create(name=name)[0]])
    user.is_staff = name == Role.ADMINISTRATOR
    user.is_superuser = False
    user.save(update_fields=["is_staff", "is_superuser"])
