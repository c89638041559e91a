"""A provider's HTTP API on loopback, as Postmark and Mailgun answer, that does what a test tells it.

`script(count)` is asked at each message with how many have come so far. It returns a status and an
answer, HANG_UP, a number of seconds to keep silent, or None for what a friendly provider says.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from .smtp_server import HANG_UP

Answer = tuple[int, object]
Script = Callable[[int], "Answer | str | float | None"]


@dataclass(frozen=True)
class Asked:
    path: str
    http_headers: dict[str, str]
    fields: dict[str, Any]


@dataclass
class ApiServer:
    script: Script = lambda count: None
    asked: list[Asked] = field(default_factory=list)
    kept: list[Asked] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> ApiServer:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _asking(self))
        self._server.daemon_threads, self._server.block_on_close = True, False
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def url(self, kind: str, key: str = "a-secret-key") -> str:
        place = {"postmark": "broadcast", "mailgun": "mg.cauce.example"}[kind]
        return f"{kind}://{key}@{place}?api=http://127.0.0.1:{self._server.server_address[1]}/"

    def answer(self, asked: Asked) -> Answer | str | float:
        self.asked.append(asked)
        told = self.script(len(self.asked))
        if told is None:
            self.kept.append(asked)
        return told or (200, _friendly(asked))


def _friendly(asked: Asked) -> dict[str, object]:
    if asked.path == "/email":
        return {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a", "To": asked.fields["To"]}
    return {"id": "<20261124.1@mg.cauce.example>", "message": "Queued. Thank you."}


def _asking(server: ApiServer) -> type[BaseHTTPRequestHandler]:
    class Asking(BaseHTTPRequestHandler):
        protocol_version, wbufsize = "HTTP/1.1", -1  # an answer leaves as one

        def setup(self) -> None:
            super().setup()
            server.connections += 1

        def do_HEAD(self) -> None:
            self._say(404, b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: value[0] for name, value in parse_qs(body, keep_blank_values=True).items()}
            fields = json.loads(body) if body.startswith("{") else form
            told = server.answer(Asked(self.path, dict(self.headers), fields))
            if isinstance(told, float):
                time.sleep(told)
            if told == HANG_UP or isinstance(told, float):
                self.close_connection = True
            elif isinstance(told, tuple):
                self._say(told[0], told[1] if isinstance(told[1], bytes) else json.dumps(told[1]).encode())

        def _say(self, status: int, answer: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            if 300 <= status < 400:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            return

    return Asking


def built(asked: Asked) -> EmailMessage:
    """The message that the provider would build from what it was asked."""
    given = asked.fields
    made = EmailMessage()
    if asked.path == "/email":
        headers = {"From": given["From"], "To": given["To"], "Subject": given["Subject"]}
        headers |= {"Reply-To": given["ReplyTo"]} if "ReplyTo" in given else {}
        headers |= {one["Name"]: one["Value"] for one in given["Headers"]}
        text, html = given["TextBody"], given["HtmlBody"]
    else:
        headers = {name.title(): given[name] for name in ("from", "to", "subject")}
        headers |= {name[2:]: value for name, value in given.items() if name.startswith("h:")}
        text, html = given["text"], given["html"]
    for name, value in headers.items():
        made[name] = value
    made.set_content(text)
    made.add_alternative(html, subtype="html")
    return made
