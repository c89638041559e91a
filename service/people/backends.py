"""Administrators may do whatever the raw records offer; to everybody else a role gives none of it."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import User

from .actions.rights import rights
from .rules.roles import Right


class Administrators(BaseBackend):
    """An authentication backend of Django's that answers only for permissions."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return Right.ADMINISTER in rights(user_obj)

    def has_module_perms(self, user_obj: User, app_label: str) -> bool:
        return Right.ADMINISTER in rights(user_obj)
