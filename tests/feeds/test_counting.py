"""The web server as it runs in earnest: what it counted is written down when it ends, and a database that
is away keeps no reader waiting."""

from __future__ import annotations

import http.client
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from service.feeds.models import Polls
from tests.journeys.processes import eventually, running
from tests.services import free_port

from .reader import ADDRESS
from .test_serve import published


@contextmanager
def served(log: Path, database: str) -> Iterator[int]:
    port = free_port()
    words = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1"]
    told = {"DATABASE_URL": database, "FEEDS_DIR": str(settings.FEEDS_DIR), "SITE_URL": settings.SITE_URL}
    secrets = {"SECRET_KEY": settings.SECRET_KEY, "ADDRESS_KEY": settings.ADDRESS_KEY}
    with running([*words, "service.wsgi:application"], log, **told, **secrets):
        eventually(lambda: status(port))
        yield port


def status(port: int) -> int:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        client.request("GET", ADDRESS, headers={"User-Agent": "Feedly/1.0 (16 subscribers)"})
        return client.getresponse().status
    except OSError:
        return 0  # it is not there yet
    finally:
        client.close()


@pytest.mark.django_db(transaction=True)
def test_what_was_counted_is_written_down_when_the_server_ends(tmp_path: Path) -> None:
    published()
    place = connection.settings_dict
    with served(
        tmp_path / "log", f"postgres://{place['USER']}@{place['HOST']}:{place['PORT']}/{place['NAME']}"
    ) as port:
        for _ in range(11):
            assert status(port) == 200
    assert Polls.objects.get().asked == 12
    assert Polls.objects.get().subscribers == 16


def test_with_the_database_away_feeds_are_served(tmp_path: Path) -> None:
    published()
    with served(tmp_path / "log", "postgres://byline@127.0.0.1:1/none") as port:
        assert [status(port) for _ in range(20)] == [200] * 20
    assert "Traceback" not in (tmp_path / "log").read_text()
