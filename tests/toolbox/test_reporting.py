"""An error reaches whoever mends it, and nothing about readers goes with it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from service.toolbox.reporting import scrubbed, start
from tests.journeys.processes import ROOT, byline, environment

from .sentry_server import SentryServer

TRACES = re.compile(r"wayra|apus|G8Rq-of-nobody|93\.184|secretword")
# Three ways in which errors come about: in a view, in the log, in the log with its traceback.
TROUBLE = """
import django; django.setup()
import logging, sentry_sdk, structlog
from django.test import Client
marks = {"X-Forwarded-For": "93.184.216.34", "Cookie": "a=secretword"}
web = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1", headers=marks)
web.post("/subscribe", {"address": "wayra@apus.example", "language": "en", "wants": "both"})
web.post("/unsubscribe/abc.1xVm0c.G8Rq-of-nobody?x=wayra")
logging.getLogger("x").error("for %s at /preferences/abc.1xVm0c.G8Rq-of-nobody", "wayra@apus.example")
try:
    held = "wayra is a local variable"
    raise ValueError("550 no wayra@apus.example here")
except ValueError as error:
    structlog.get_logger("y").exception("mail was put off")
    sentry_sdk.capture_exception(error)
sentry_sdk.flush(10)
"""


def test_errors_arrive_with_their_line_and_without_anybody(tmp_path: Path) -> None:
    with SentryServer() as server:
        env = environment(
            SENTRY_DSN=server.dsn,
            DATABASE_URL="postgres://nobody@127.0.0.1:1/none",
            SECRET_KEY="k" * 40,
            ADDRESS_KEY="a" * 40,
            VAR_DIR=str(tmp_path),
            DJANGO_SETTINGS_MODULE="service.settings",
        )
        done = subprocess.run([sys.executable, "-c", TROUBLE], env=env, cwd=ROOT, capture_output=True, text=True)
        told = "\n".join(server.told)

    assert done.returncode == 0, done.stderr
    for known in ("OperationalError", "ValueError", "mail was put off", '"lineno"', "/unsubscribe/"):
        assert known in told, known
    assert [told[max(0, found.start() - 200) : found.end()] for found in TRACES.finditer(told)] == []
    assert "@apus" not in done.stdout + done.stderr


def test_of_an_event_only_what_is_listed_leaves() -> None:
    frame = {"function": "f", "lineno": 7, "vars": {"address": "ana@readers.example"}, "context_line": "x = 'ana'"}
    event: dict[str, Any] = {
        "event_id": "e",
        "request": {"url": "https://x/confirm/abc", "data": "ana"},
        "user": {"id": 1},
        "breadcrumbs": [],
        "something new": "ana",
        "exception": {"values": [{"type": "E", "value": "ana@readers.example", "stacktrace": {"frames": [frame]}}]},
    }

    assert json.loads(json.dumps(scrubbed(event, {}))) == {
        "event_id": "e",
        "exception": {
            "values": [{"type": "E", "value": "(address)", "stacktrace": {"frames": [{"function": "f", "lineno": 7}]}}]
        },
    }


def test_a_wrong_address_is_refused_at_the_start(tmp_path: Path) -> None:
    assert "SENTRY_DSN can't be used" in byline("status", "x", code=1, SENTRY_DSN="nonsense", VAR_DIR=str(tmp_path))


def test_without_the_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(ImproperlyConfigured, match="pip install sentry-sdk"):
        start("http://key@127.0.0.1/1", "0")
