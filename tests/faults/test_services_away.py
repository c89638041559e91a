"""What is owed survives whatever goes away: the broker, the worker, all that was in the broker."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import redis as redis_client

from tests.journeys.installation import Installation, installed
from tests.journeys.processes import eventually
from tests.journeys.test_markdown import write
from tests.services import free_port, redis

READER = "ana@readers.example"


def publish(there: Installation, folder: Path, id: str, title: str) -> None:
    write(folder, id, title)
    assert "1 added" in there.byline("pull_sources")


def arrives(there: Installation, title: str) -> None:
    eventually(lambda: title in there.titles("/feeds/en/latest.rss"))
    eventually(lambda: there.letters(READER, f"=\r\n\r\n{title.upper()}"))


def test_with_redis_stopped_nothing_fails_and_everything_goes_out_once_it_is_back(tmp_path: Path) -> None:
    folder, port = tmp_path / "articles", free_port()
    folder.mkdir()
    write(folder, "old", "Old story")
    with ExitStack() as first:
        first.enter_context(redis(tmp_path / "redis", port))
        with installed("services", tmp_path, redis_url=f"redis://127.0.0.1:{port}/0") as there:
            there.byline("ingest", "markdown", str(folder))
            there.subscribe(READER)
            first.close()
            publish(there, folder, "new", "New story")
            with redis(tmp_path / "redis-again", port):
                arrives(there, "New story")
                redis_client.Redis(port=port).flushall()
                publish(there, folder, "newer", "Newer story")
                arrives(there, "Newer story")
                assert len(there.letters(READER, "Just published")) == 2


def test_with_the_worker_stopped_nothing_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    write(folder, "old", "Old story")
    with installed("services", tmp_path, without="worker") as there:
        there.byline("ingest", "markdown", str(folder))
        publish(there, folder, "new", "New story")
        assert there.titles("/feeds/en/latest.rss") == []
        there.start("worker")
        eventually(lambda: "New story" in there.titles("/feeds/en/latest.rss"))
