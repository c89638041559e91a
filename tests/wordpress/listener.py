"""Stands in for Byline: takes notices over real HTTP and keeps them."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import select
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = "a secret of thirty-two characters or more"


@dataclass(frozen=True, slots=True)
class Notice:
    path: str
    headers: Message
    body: bytes
    connection: socket.socket

    @property
    def told(self) -> tuple[int, str]:
        content = json.loads(self.body)
        return content["post"], content["event"]

    def is_signed(self, secret: str = SECRET) -> bool:
        timestamp = str(self.headers["X-Byline-Timestamp"])
        expected = hmac.new(secret.encode(), timestamp.encode() + b"." + self.body, hashlib.sha256).hexdigest()
        fresh = abs(time.time() - int(timestamp)) < 300
        return fresh and hmac.compare_digest(str(self.headers["X-Byline-Signature"]), f"sha256={expected}")

    def sender_waits(self) -> bool:
        """Has the sender neither had an answer nor given up?"""
        readable, _, _ = select.select([self.connection], [], [], 0)
        return not readable


class Listener:
    def __init__(self) -> None:
        self.status = 202
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.on_notice: Callable[[Notice], None] = lambda notice: None
        self._notices: queue.Queue[Notice] = queue.Queue()
        self._open(0)
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def next(self) -> Notice:
        return self._notices.get(timeout=30)

    def take(self) -> list[Notice]:
        """All that came since the last time."""
        taken = []
        while not self._notices.empty():
            taken.append(self._notices.get())
        return taken

    def close(self) -> None:
        self.may_answer.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reopen(self) -> None:
        self._open(self.port)

    def _open(self, port: int) -> None:
        listener = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                notice = Notice(self.path, self.headers, body, self.connection)
                listener.on_notice(notice)
                listener._notices.put(notice)
                listener.may_answer.wait()
                self.send_response(listener.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Door)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
