"""A WebSub hub on this machine, which remembers what it was told."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs


class Hub:
    """A context manager. `answer` is the status that it gives; while `halted`, it says nothing."""

    def __init__(self) -> None:
        hub = self

        class Door(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                hub.asked += 1
                hub.reached.set()
                assert hub.go_on.wait(60)
                if hub.answer < 300:
                    hub.told.append((form["hub.mode"][0], form["hub.url"][0]))
                hub.connections.add(self.client_address)
                self.send_response(hub.answer)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self.answer, self.asked = 202, 0
        self.told: list[tuple[str, str]] = []
        self.connections: set[Any] = set()
        self.reached, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()
