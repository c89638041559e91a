"""The hook for gifts: whoever signs is believed, for five minutes, and each gift once."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from service.appeals.models import Gift
from service.audience.models import Subscriber
from service.partners.rules.hooks import signature
from service.toolbox import clock
from tests import builders

pytestmark = pytest.mark.django_db
SECRET = "s" * 32
GIFT = {"id": "ch_1", "email": "ana@readers.example", "amount": 25, "currency": "USD", "date": "2025-11-20"}


@pytest.fixture(autouse=True)
def _known(settings: Any) -> None:
    settings.GIFTS_HOOK_SECRET = SECRET


def told(event: object, secret: str = SECRET, ago: int = 0) -> Any:
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    signed = signature(secret, body, int(clock.now().timestamp()) - ago)
    return Client(enforce_csrf_checks=True).post(
        "/hooks/gifts", body, content_type="application/json", headers={"Byline-Signature": signed}
    )


def test_a_signed_gift_is_counted_once_and_its_reader_thanked(now: datetime) -> None:
    builders.reader(now)
    event = {**GIFT, "date": clock.now().date().isoformat()}
    assert [told(event).json() for _ in range(2)] == [{"outcome": "counted"}, {"outcome": "counted already"}]
    assert Gift.objects.count() == 1
    assert Subscriber.objects.get().thanks_until > clock.now().date()


@pytest.mark.parametrize(("secret", "ago"), [("t" * 32, 0), (SECRET, 301), (SECRET, -301)])
def test_what_we_did_not_agree_on_is_not_believed(secret: str, ago: int) -> None:
    answer = told(GIFT, secret, ago)
    assert answer.status_code == 403
    assert answer.json()["error"].startswith(("The signature", "It was signed"))
    assert not Gift.objects.exists()


@pytest.mark.parametrize("header", ["", "v1=abc", "t=1,v1=" + "0" * 64, "t=1764000000,v1=" + "é" * 64])
def test_without_a_signature_nothing_is_read(header: str) -> None:
    answer = Client().post("/hooks/gifts", b"{", content_type="x/y", headers={"Byline-Signature": header})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "event",
    [b"{", b"[]", {**GIFT, "amount": True}, {**GIFT, "amount": {}}, {**GIFT, "email": "ana"}, {**GIFT, "id": None}],
)
def test_what_is_no_gift_gets_a_sentence(event: object) -> None:
    answer = told(event)
    assert answer.status_code == 422
    assert answer.json()["error"].endswith((".", "}."))
    assert not Gift.objects.exists()


def test_a_body_that_is_too_long_is_not_believed() -> None:
    assert told({**GIFT, "from": "x" * 5000}).status_code == 403


def test_without_a_secret_there_is_no_hook(settings: Any) -> None:
    settings.GIFTS_HOOK_SECRET = ""
    assert told(GIFT).status_code == 404
