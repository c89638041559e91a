from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from service.audience import limits
from service.audience.intake import Came, subscribe
from service.audience.models import Subscriber, Tally
from service.audience.rules import Choices
from service.toolbox import clock
from tests import builders

pytestmark = pytest.mark.django_db
HELD = reverse("admin:audience_helddomain_changelist")


def test_the_desk_sees_what_readers_chose_and_no_address(now: datetime, admin_client: Client) -> None:
    reader = builders.reader(now, "ana")
    pages = [
        reverse("admin:audience_subscriber_changelist"),
        reverse("admin:audience_subscriber_change", args=[reader.pk]),
    ]
    for page in pages:
        answer = admin_client.get(page)
        assert answer.status_code == 200
        assert b"readers.example" not in answer.content


def test_nobody_makes_or_deletes_readers_by_hand(now: datetime, admin_client: Client) -> None:
    reader = builders.reader(now)
    for page in ("admin:audience_subscriber_add", "admin:audience_subscriber_delete"):
        args = [reader.pk] if page.endswith("delete") else []
        assert admin_client.post(reverse(page, args=args)).status_code == 403


@pytest.fixture
def spike(monkeypatch: pytest.MonkeyPatch) -> str:
    """A domain that is full today."""
    monkeypatch.setattr(limits, "SPIKE_AT_A_DOMAIN", 2)
    for number in range(3):
        sign_up(f"r{number}@victim.example")
    return Tally.objects.get(kind="domain").mark


def sign_up(address: str, after: timedelta = timedelta()) -> bool:
    """Whether it was let in."""
    before = Subscriber.objects.count()
    subscribe(address, Choices("en", "weekly"), Came(), clock.now() + after)
    return Subscriber.objects.count() > before


def said_at_the_desk(client: Client, action: str) -> str:
    """The desk's list, after that was done to all it shows."""
    rows = [row.pk for row in limits.held(clock.now())]
    return client.post(HELD, {"action": action, "_selected_action": rows}, follow=True).content.decode()


def test_the_desk_sees_which_domain_is_held_and_no_other(admin_client: Client, spike: str) -> None:
    sign_up("ana@quiet.example")
    page = admin_client.get(HELD).content.decode()
    assert "victim.example" in page
    assert "held until tomorrow" in page
    assert "quiet.example" not in page
    assert "r0@" not in page


def test_the_desk_lets_a_domain_through_for_a_week(admin_client: Client, spike: str) -> None:
    assert not sign_up("more@victim.example")
    page = said_at_the_desk(admin_client, "let_through")
    assert "let through until" in page
    for day in range(7):
        assert all(sign_up(f"d{day}n{number}@victim.example", timedelta(days=day)) for number in range(5))
    assert limits.held(clock.now() + timedelta(days=7)).count() == 0


def test_the_desk_keeps_a_domain_held_for_a_week(admin_client: Client, spike: str) -> None:
    page = said_at_the_desk(admin_client, "keep_held")
    assert "held by the desk until" in page
    assert not sign_up("later@victim.example", timedelta(days=6))
    assert sign_up("ana@other.example", timedelta(days=6))
    assert sign_up("later@victim.example", timedelta(days=7))


def test_the_last_word_counts(admin_client: Client, spike: str) -> None:
    for action in ("keep_held", "let_through", "keep_held", "let_through"):
        said_at_the_desk(admin_client, action)
    assert sign_up("more@victim.example")
    assert limits.held(clock.now()).count() == 1


def test_who_may_only_look_decides_about_no_domain(client: Client, django_user_model: Any, spike: str) -> None:
    looks = django_user_model.objects.create_user("looks", is_staff=True)
    looks.user_permissions.add(Permission.objects.get(codename="view_helddomain"))
    client.force_login(looks)
    said_at_the_desk(client, "let_through")
    assert "victim.example" in client.get(HELD).content.decode()
    assert not sign_up("more@victim.example")


def test_what_the_desk_said_is_forgotten_with_the_tallies(now: datetime) -> None:
    limits.decide("gmail", limits.KEPT, now)
    assert limits.forget_tallies(now + timedelta(days=8)) == 1
