from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from service.content.models import Article
from tests import builders


@pytest.fixture
def article(now: datetime) -> Article:
    return builders.article(now)


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=True)
