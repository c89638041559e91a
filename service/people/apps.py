from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "service.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allauth.account.signals import user_logged_in
        from allauth.mfa.signals import authenticator_added, authenticator_removed

        post_migrate.connect(_prepare, sender=self)
        user_logged_in.connect(_note_login)
        authenticator_added.connect(_end_other_sessions)
        authenticator_removed.connect(_end_other_sessions)


def _prepare(**sent: Any) -> None:
    from .actions.roles import prepare_roles

    prepare_roles()


def _note_login(request: Any, user: Any, **sent: Any) -> None:
    from service.toolbox import clock

    from .actions.deeds import note

    note(user.get_username(), "account_login", clock.now(), outcome="done")


def _end_other_sessions(request: Any, user: Any, **sent: Any) -> None:
    from .actions.sessions import end_sessions

    end_sessions(user, but=request.session.session_key or "")
