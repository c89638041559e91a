"""Partners that were given an article, and what then becomes of it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from service.content.actions.store import call_it
from service.content.models import Article
from service.delivery.actions.send import send_due
from service.partners.actions.create import create
from service.partners.actions.pulls import note
from service.partners.actions.tell import tell_partners
from service.partners.models import Partner, Told
from tests import builders

PAGE = "https://diario.example/nota-1"


def partner(now: datetime, name: str = "Diario del Sur", **fields: Any) -> Partner:
    address = fields.pop("corrections_to", f"desk@{name.split()[0].lower()}.example")
    made = create(name, address, now, terms="2026-11", language=fields.pop("language", "en")).partner
    for field_name, value in fields.items():
        setattr(made, field_name, value)
    made.save()
    return made


def given(now: datetime, article: Article, name: str = "Diario del Sur", **fields: Any) -> Partner:
    """A partner that pulled it."""
    one = partner(now, name, **fields)
    note(one, [article], "feed", now)
    return one


def corrected(article: Article, now: datetime, sentence: str = "The figure was 30, not 300.") -> None:
    article.refresh_from_db()
    call_it(article.versions.latest("number"), "correction", sentence, now)


def posted(now: datetime, folder: Path) -> list[EmailMessage]:
    """All letters so far, after what is owed now was written and sent."""
    tell_partners(now)
    send_due(now)
    return builders.letters(folder / "outbox")


def acknowledge_path(letter: EmailMessage) -> str:
    found = re.search(r"https://letters\.cauce\.example(/partners/acknowledge/\S+)", builders.part(letter, "plain"))
    assert found
    return found[1]


def words(letter: EmailMessage, kind: str = "plain") -> str:
    """On one line."""
    return " ".join(builders.part(letter, kind).split())


def told() -> Told:
    return Told.objects.get()


@dataclass
class Site:
    """A server of somebody else's. `answers` maps a path to (status, body); what was posted is kept."""

    url: str = ""
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    posted: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@contextmanager
def running() -> Iterator[Site]:
    """At 127.0.0.1, which only whoever trusts it may reach."""
    site = Site()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            self._answer()

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            site.posted.append((dict(self.headers), self.rfile.read(length)))
            self._answer()

        def _answer(self) -> None:
            status, body = site.answers.get(self.path, (404, "nothing"))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", body)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
