"""What must hold on every page of the desk: no word of a request is SQL, no upload is shown as it came, no secret
reaches a log, an error report or the broker."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.views.debug import SafeExceptionReporterFilter

from service.people.models import Deed
from service.people.rules.roles import Role
from tests import builders
from worker.app import app
from worker.schedule import TIMETABLE

from .conftest import Enter
from .views import View, every_view

pytestmark = pytest.mark.django_db
PAGES = [one for one in every_view() if one.right and one.address.endswith("/")]
NAMES = ("q", "words", "state", "kind", "order", "sort", "by", "what", "since", "until", "leaf", "page", "language")
MORE_NAMES = ("month", "topic", "status", "outcome", "source", "o", "p", "all", "segment", "reader")
MARK = "zqjx"
LISTS = [one for one in every_view() if one.namespaces == ("admin",) and one.name.endswith("_changelist")]
TYPED = MARK.join(
    ["", "'", '"', ";", "--", "/*", "%", "%s", "\\", ")", "(", ",", "-", "__", " OR 1=1", "pg_sleep(1)", "ü", ""]
)


@contextmanager
def statements() -> Iterator[list[str]]:
    """As they are given to the driver, values apart."""
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


@pytest.fixture
def desk(enter: Enter, now: datetime) -> Client:
    builders.article(now)
    return enter(Role.ADMINISTRATOR)


@pytest.mark.parametrize("view", PAGES, ids=lambda view: view.address)
def test_no_word_of_a_request_becomes_sql(desk: Client, view: View) -> None:
    """T44: whatever a page filters, orders or searches by."""
    with statements() as seen:
        status = desk.get(view.address, dict.fromkeys((*NAMES, *MORE_NAMES), TYPED)).status_code

    assert status < 500
    assert not [sql for sql in seen if MARK in sql]


@pytest.mark.parametrize("view", LISTS, ids=lambda view: view.address)
def test_no_word_of_a_search_among_the_raw_records_becomes_sql(desk: Client, view: View) -> None:
    with statements() as seen:
        status = desk.get(view.address, {"q": TYPED, "o": TYPED}).status_code

    assert status < 500
    assert not [sql for sql in seen if MARK in sql]


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<html><script>alert(1)</script></html>",
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        b"PK\x03\x04" + bytes(200),
    ],
)
def test_an_upload_is_read_as_a_list_or_refused_and_never_shown_as_it_came(desk: Client, content: bytes) -> None:
    """T47: the desk takes in lists alone."""
    upload = BytesIO(content)
    upload.name = "list.csv"
    answer = desk.post("/console/readers/import/take", {"file": upload, "language": "en", "wants": "weekly"})

    assert answer.status_code < 500
    assert answer["Content-Type"].startswith("text/html")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "<script>alert" not in answer.text
    assert "onload='alert" not in answer.text


def test_what_the_desk_gives_out_as_a_file_is_a_file(desk: Client) -> None:
    answer = desk.post("/console/readers/export")

    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_neither_password_nor_code_nor_address_is_logged_or_written_down(
    desk: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """T48."""
    with caplog.at_level(logging.DEBUG):
        desk.post("/console/account/password/", {"oldpassword": "a secret of mine", "password1": "x", "password2": "x"})
        desk.post("/console/account/again/password", {"password": "a secret of mine"})
        desk.post("/console/account/again/code", {"code": "123456"})
        desk.post("/console/readers/one", {"address": "ana@readers.example", "reason": "asked by phone"})
        desk.post("/console/people/invite", {"email": "new@cauce.example", "role": "editor"})
    kept = json.dumps(list(Deed.objects.values("what", "about", "noted", "outcome"))) + caplog.text

    assert Deed.objects.count() >= 8
    for secret in ("a secret of mine", "123456", "ana@readers", "new@cauce"):
        assert secret not in kept


def test_an_error_report_names_no_secret_of_the_installation(settings: Any) -> None:
    """Such as a tool that collects errors may be given."""
    shown = SafeExceptionReporterFilter().get_safe_settings()
    for name in ("SECRET_KEY", "ADDRESS_KEY", "SECRET_KEY_OLD", "WORDPRESS_HOOK_SECRET", "DKIM_PRIVATE_KEY"):
        assert shown[name] == SafeExceptionReporterFilter.cleansed_substitute, name


def test_no_task_carries_anything_and_no_result_is_kept() -> None:
    """T49: the broker sees names of tasks."""
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == app.conf.result_serializer == "json"
    assert app.conf.task_ignore_result
    assert app.conf.result_backend is None
    assert [entry for entry in TIMETABLE.values() if entry.get("args") or entry.get("kwargs")] == []
    own = [task for name, task in app.tasks.items() if not name.startswith("celery.")]
    assert [task.name for task in own if task.run.__code__.co_argcount] == []


def test_nothing_in_the_service_unpickles() -> None:
    root = Path(__file__).resolve().parents[2]
    sources = [*(root / "service").rglob("*.py"), *(root / "worker").rglob("*.py")]

    assert [path for path in sources if "import pickle" in path.read_text()] == []


@pytest.mark.parametrize("name", ["partner_create", "key_issue", "key_revoke"])
def test_giving_or_taking_a_key_stands_in_the_log(enter: Enter, name: str) -> None:
    """T43: beside what tests/partners/test_keys.py and tests/api/test_door.py prove of keys."""
    (view,) = (one for one in every_view() if one.name == name)
    enter(Role.PARTNER_MANAGER).post(view.address)

    assert list(Deed.objects.order_by("id").values_list("what", flat=True)) == [f"console:{name}"] * 2
