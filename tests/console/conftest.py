from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

Enter = Callable[..., Client]


@pytest.fixture
def enter(db: None) -> Enter:
    """A browser at the desk: `enter("editor")`, `enter("publisher", name="maria")`."""

    def logged_in(*roles: str, name: str = "ana") -> Client:
        user, _ = User.objects.get_or_create(username=name)
        user.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
        client = Client(headers={"accept-language": "en"})
        client.force_login(user)
        return client

    return logged_in
