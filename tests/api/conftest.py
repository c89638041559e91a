from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from service.partners.actions.create import create
from service.partners.models import Partner
from service.toolbox import clock

Ask = Callable[..., Any]


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch, now: datetime) -> str:
    """Of Diario del Sur, which accepted the terms and has a feed of everything."""
    monkeypatch.setattr(clock, "now", lambda: now)
    return create(
        "Diario del Sur",
        "desk@diario.example",
        now,
        language="es",
        country="pe",
        domains=("diario.example",),
        terms="2026-11",
    ).key


@pytest.fixture
def partner(key: str) -> Partner:
    return Partner.objects.get()


@pytest.fixture
def ask(key: str) -> Ask:
    """A partner's program: `ask("GET", "articles")`; headers by their names, JSON as `json`."""

    def call(method: str, path: str, json: Any = None, key: str = key, **headers: str) -> Any:
        given = {"authorization": f"Bearer {key}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        body = {} if json is None else {"data": json, "content_type": "application/json"}
        return getattr(Client(headers=given), method.lower())(f"/api/v1/{path}", **body)

    return call
