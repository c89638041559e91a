from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from service.delivery.actions.gate import suppress
from service.delivery.actions.plan import keep_address
from service.delivery.models import Mailing

from .mailings import opened, states

pytestmark = pytest.mark.django_db


def test_every_page_opens_and_shows_no_address(now: datetime, admin_client: Client) -> None:
    opened(now)
    suppress(keep_address("ana@readers.example"), "complained", now)
    for model in ("mailing", "message", "suppression"):
        pages = [reverse(f"admin:delivery_{model}_changelist")]
        row = admin_client.get(pages[0]).context["cl"].queryset[0]
        pages.append(reverse(f"admin:delivery_{model}_change", args=[row.pk]))
        for page in pages:
            answer = admin_client.get(page)
            assert answer.status_code == 200
            assert b"readers.example" not in answer.content


@pytest.mark.parametrize("codenames", [["view_mailing"], ["view_mailing", "change_mailing"]])
def test_only_who_may_change_mailings_stops_one(now: datetime, client: Client, codenames: list[str]) -> None:
    mailing = opened(now)
    user = User.objects.create_user("desk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    form = {"action": "stop_them", "_selected_action": [mailing.pk]}
    client.post(reverse("admin:delivery_mailing_changelist"), form)
    may = "change_mailing" in codenames
    assert states(mailing) == ({"cancelled": 3} if may else {"queued": 3})
    assert Mailing.objects.get().state == ("stopped" if may else "open")
