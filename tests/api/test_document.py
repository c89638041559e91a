"""The document that describes the API is right, and the API does what it says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, settings
from openapi_spec_validator import OpenAPIV31SpecValidator

from service.content.actions.store import call_it, withdraw
from service.partners.actions.changes import number_changes
from service.partners.models import Notice, Partner, Told
from tests import builders

pytestmark = pytest.mark.django_db

DOCUMENT = "/api/v1/openapi.json"


@pytest.fixture
def document() -> dict[str, Any]:
    answer = Client().get(DOCUMENT)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_it_keeps_to_openapi(document: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(document).validate()


def test_it_explains_every_operation_and_how_it_fails(document: dict[str, Any]) -> None:
    operations = [one for path in document["paths"].values() for one in path.values()]
    assert len(operations) >= 15
    for operation in operations:
        assert operation["description"].endswith(".")
        assert operation["security"] == [{"Bearer": []}, {"Basic": []}]
        for status in ("401", "404", "422", "429", "500"):
            assert list(operation["responses"][status]["content"]) == ["application/problem+json"]


def test_it_is_served_to_anybody_and_names_no_other_host(document: dict[str, Any]) -> None:
    assert document["servers"] == [{"url": "https://letters.cauce.example"}]
    assert set(document["components"]["securitySchemes"]) == {"Bearer", "Basic"}


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """A web server ends a request by closing its connection; here that would end the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def _there(key: str, partner: Partner, now: datetime) -> None:
    """An article that was corrected, one that was withdrawn, and a notice of that."""
    article, gone = builders.article(now), builders.article(now)
    call_it(article.versions.get(), "correction", "The sum was wrong.", now)
    withdraw(gone, "Danger.", now)
    notice = Notice.objects.create(version=gone.versions.get(kind="withdrawal"), kind="withdrawal", at=now)
    Told.objects.create(notice=notice, partner=partner, due=now)
    number_changes(now, seconds=5)
    Partner.objects.update(requests_per_hour=1_000_000)
    real.update(article_id=[article.key, str(article.pk), gone.key], number=[1, 2], notice_id=[notice.pk])


# 410 is a right answer to a right question: the article was withdrawn.
ACCEPTED = {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "410"]}}}
CONFIG = schemathesis.Config.from_dict(ACCEPTED)
API = schemathesis.openapi.from_wsgi(DOCUMENT, get_wsgi_application(), config=CONFIG)
real: dict[str, list[Any]] = {}


@API.hook("map_case")
def with_what_is_there(context: Any, case: Any) -> Any:
    """Ids made at random would be answered 404 alone."""
    if case.meta.generation.mode.is_positive:
        for name in set(real) & set(case.path_parameters or {}):
            case.path_parameters[name] = real[name][len(str(case.query)) % len(real[name])]
    return case


@API.parametrize()
@settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_the_answer_is_one_that_was_described(case: Any, key: str) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {key}"})
