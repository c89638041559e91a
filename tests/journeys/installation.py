"""A whole Byline: on PostgreSQL and Redis with a web server, a worker and a clock as processes of their
own, or embedded in one."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import feedparser
import httpx
import psycopg

from tests import builders
from tests.services import free_port
from worker.sink import Sink

from .processes import WAIT_SECONDS, byline, command, eventually, running

_RESTARTING = 'trap exit TERM; while :; do "$@"; sleep 1; done'
HOOK_SECRET = "a secret that both sides know, for tests alone"


@dataclass
class Installation:
    """Where it answers, what it is set to, and where its letters land."""

    url: str
    settings: dict[str, str]
    outbox: Path
    processes: dict[str, list[str]]
    parts: ExitStack

    def start(self, name: str) -> None:
        """web, worker or clock; started again when it ends by itself, as docker-compose.yml and systemd do,
        and ended with everything else."""
        words = ["sh", "-c", _RESTARTING, "sh", *self.processes[name]]
        self.parts.enter_context(running(words, self.outbox.parent / f"{name}.log", **self.settings))

    def byline(self, *words: str, code: int = 0) -> str:
        return byline(*words, code=code, **self.settings)

    def feed(self, name: str) -> feedparser.FeedParserDict:
        """As a reader polls it: over HTTP. Empty while it is not there."""
        answer = httpx.get(f"{self.url}{name}", timeout=WAIT_SECONDS)
        return feedparser.parse(answer.content if answer.status_code == 200 else b"")

    def titles(self, name: str) -> list[str]:
        return [entry.title for entry in self.feed(name).entries]

    def subscribe(self, address: str, wants: str = "both", language: str = "en") -> None:
        """By the form, and by the link in the letter that follows."""
        form = {"address": address, "language": language, "wants": wants}
        assert httpx.post(f"{self.url}/subscribe", data=form, timeout=WAIT_SECONDS).status_code == 200
        text = eventually(lambda: next(iter(self.letters(address, "/confirm/")), ""))
        link = re.search(r"http://\S+/confirm/\S+", text)
        assert link
        assert httpx.post(link[0], timeout=WAIT_SECONDS).status_code == 200

    def letters(self, address: str, holding: str) -> list[str]:
        """The text parts of all letters to that address that hold those words."""
        found = [one for one in builders.letters(self.outbox) if one["To"] == address]
        return [text for text in (builders.part(one, "plain") for one in found) if holding in text]


@contextmanager
def installed(kind: str, folder: Path, without: str = "", redis_url: str = "") -> Iterator[Installation]:
    """`kind` is "services" (PostgreSQL, Redis, three processes) or "embedded" (one process). The process
    named by `without` is not started: `there.start()` does."""
    with ExitStack() as running_parts:
        sink = running_parts.enter_context(Sink(folder / "sink"))
        port = free_port()
        settings = {
            "VAR_DIR": str(folder / "var"),
            "FEEDS_DIR": str(folder / "feeds"),
            "SITE_URL": f"http://127.0.0.1:{port}",
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
            "WORDPRESS_HOOK_SECRET": HOOK_SECRET,
            "LOG_LEVEL": "INFO",
        }
        if kind == "services":
            settings |= {
                "DATABASE_URL": running_parts.enter_context(_database()),
                "REDIS_URL": redis_url or os.environ["REDIS_URL"].rsplit("/", 1)[0] + "/1",
                "SECRET_KEY": "k" * 40,
                "ADDRESS_KEY": "a" * 40,
            }
            byline("migrate", "--verbosity", "0", **settings)
            processes = _processes(port, folder)
        else:
            processes = {"run": command("run", "--port", str(port))}
        there = Installation(settings["SITE_URL"], settings, sink.folder, processes, running_parts)
        for name in processes:
            if name != without:
                there.start(name)
        eventually(lambda: _answers(there.url))
        yield there


def _processes(port: int, folder: Path) -> dict[str, list[str]]:
    module = [sys.executable, "-m"]
    return {
        "web": [
            *module,
            "granian",
            "--interface",
            "wsgi",
            "--blocking-threads",
            "4",
            "--port",
            str(port),
            "service.wsgi:application",
        ],
        "worker": [
            *module,
            "celery",
            "--app",
            "worker.app",
            "worker",
            "--concurrency",
            "2",
            "--loglevel",
            "WARNING",
            "--without-gossip",
            "--without-mingle",
        ],
        "clock": [*module, "celery", "--app", "worker.app", "beat", "--schedule", str(folder / "beat")],
    }


@contextmanager
def _database() -> Iterator[str]:
    """A database of its own in the server that the test run uses."""
    server, name = os.environ["DATABASE_URL"], f"journey_{uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield server.rsplit("/", 1)[0] + f"/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz").status_code == 200
    except httpx.HTTPError:
        return False
