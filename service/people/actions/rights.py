"""The rights of whoever is logged in: a role is a group of Django's, by its name."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User

from ..rules.roles import Right, rights_of


def rights(user: AbstractBaseUser | AnonymousUser) -> frozenset[Right]:
    """None for whoever is not logged in or was switched off; all for a superuser."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    if user.is_superuser:
        return frozenset(Right)
    return rights_of(user.groups.values_list("name", flat=True))
