from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from service.audience import limits
from tests import builders

pytestmark = pytest.mark.django_db


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


def test_what_the_desk_said_is_forgotten_with_the_tallies(now: datetime) -> None:
    limits.decide("gmail", limits.KEPT, now)
    assert limits.forget_tallies(now + timedelta(days=8)) == 1
