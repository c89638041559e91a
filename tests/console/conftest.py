from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

Enter = Callable[..., Client]


def proved(client: Client, user: User, ago: float = 0) -> None:
    """As allauth notes it in the session: that they gave their password, so many seconds ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - ago}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


@pytest.fixture
def enter(db: None) -> Enter:
    """A browser at the desk: `enter("editor")`, `enter("publisher", name="maria")`."""

    def logged_in(*roles: str, name: str = "ana") -> Client:
        user, _ = User.objects.get_or_create(username=name)
        user.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
        user.is_staff = "administrator" in roles
        user.save()
        client = Client(headers={"accept-language": "en"})
        client.force_login(user)
        proved(client, user)
        return client

    return logged_in
