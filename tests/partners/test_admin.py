"""Partners as the desk handles them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from service.partners.actions.create import create
from service.partners.actions.keys import find
from service.partners.models import Key, Partner
from tests import builders

pytestmark = pytest.mark.django_db


def act(client: Client, model: str, action: str, pk: Any) -> str:
    form = {"action": action, "_selected_action": [pk]}
    return client.post(reverse(f"admin:partners_{model}_changelist"), form, follow=True).content.decode()


def form_of(partner: Partner, **chosen: list[str]) -> dict[str, Any]:
    feed = partner.feeds.get()
    whole = {"name": partner.name, "language": "en", "corrections_to": partner.corrections_to, "domains": "[]"}
    whole |= {"lead_minutes": 0, "requests_per_hour": 600}
    whole |= {"feeds-TOTAL_FORMS": 1, "feeds-INITIAL_FORMS": 1, "feeds-0-id": feed.pk, "feeds-0-partner": partner.pk}
    return {**whole, "feeds-0-name": feed.name, **{f"feeds-0-{name}": value for name, value in chosen.items()}}


def test_the_desk_issues_a_key_sees_it_once_and_revokes_it(now: datetime, admin_client: Client) -> None:
    partner = create("Diario", "desk@diario.example", now, terms="1").partner
    shown = act(admin_client, "partner", "issue_key", partner.pk)
    (whole,) = re.findall(r"byline_\w{8}_\w{32}", shown)
    assert find(whole)
    assert whole not in admin_client.get(reverse("admin:partners_key_changelist")).content.decode()
    key = Key.objects.get(prefix=whole.split("_")[1])
    act(admin_client, "key", "revoke_them", key.pk)
    key.refresh_from_db()
    assert key.revoked


def test_the_desk_suspends_a_partner_and_lets_it_in_again(now: datetime, admin_client: Client) -> None:
    partner = create("Diario", "desk@diario.example", now, terms="1").partner
    act(admin_client, "partner", "suspend", partner.pk)
    partner.refresh_from_db()
    assert partner.suspended_at
    act(admin_client, "partner", "let_in", partner.pk)
    partner.refresh_from_db()
    assert partner.suspended_at is None


def test_the_desk_sees_what_a_filter_would_have_let_through(now: datetime, admin_client: Client) -> None:
    partner = create("Diario", "desk@diario.example", now, terms="1").partner
    builders.article(now, topics=("customs",), title="On customs")
    builders.article(now, topics=("prisons",), title="On prisons")
    page = reverse("admin:partners_partner_change", args=[partner.pk])
    answer = admin_client.post(page, form_of(partner, topics=["customs"]), follow=True)
    assert answer.status_code == 200
    assert partner.feeds.get().topics == ["customs"]
    shown = admin_client.get(page).content.decode()
    assert "yes: On customs" in shown
    assert "no: On prisons" in shown


def test_a_topic_that_nobody_knows_is_refused_beside_its_field(now: datetime, admin_client: Client) -> None:
    partner = create("Diario", "desk@diario.example", now, terms="1").partner
    page = reverse("admin:partners_partner_change", args=[partner.pk])
    answer = admin_client.post(page, form_of(partner, topics=["nonsense"]))
    assert "nonsense is not one of the available choices" in answer.content.decode()
    assert partner.feeds.get().topics == []
