from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from service.newsroom import current
from service.newsroom.rules import Newsroom
from worker.sink import Sink

# The same examples in every run, and no clock in judgement of any.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """A Tuesday, 10:00 in Bogotá."""
    return NOW


@pytest.fixture
def house() -> Newsroom:
    return current.newsroom()


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path: Path) -> None:
    """Each test has its own feeds and its own outbox; nothing can reach a real one."""
    settings.FEEDS_DIR = tmp_path / "feeds"
    settings.EMAIL_URL = f"file://{tmp_path}/outbox"
    settings.MAIL_CONNECTIONS = 1  # a test's own transaction is seen by its own connection alone


@pytest.fixture
def sink(settings: Any, tmp_path: Path) -> Iterator[Sink]:
    """A real SMTP server; what it took lies in `sink.folder`."""
    with Sink(tmp_path / "sink") as running:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{running.port}"
        yield running


@pytest.fixture
def change_newsroom(settings: Any, tmp_path: Path) -> Iterator[Any]:
    """Replaces words in newsroom.toml for one test."""
    text = Path(settings.NEWSROOM_FILE).read_text(encoding="utf-8")

    def change(before: str, after: str) -> None:
        nonlocal text
        assert before in text
        text = text.replace(before, after)
        path = tmp_path / "newsroom.toml"
        path.write_text(text, encoding="utf-8")
        settings.NEWSROOM_FILE = str(path)
        current.forget()

    yield change
    current.forget()


@pytest.fixture(autouse=True)
def _fresh_newsroom() -> Iterator[None]:
    yield
    current.forget()
