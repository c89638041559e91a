from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "service.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_prepare, sender=self)


def _prepare(**sent: Any) -> None:
    from .actions.roles import prepare_roles

    prepare_roles()
