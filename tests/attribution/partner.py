"""A partner's web site on loopback."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Answer = tuple[int, dict[str, str], bytes]
PAGE: Answer = (200, {"Content-Type": "text/html", "X-Robots-Tag": "noindex"}, b"<p>hello</p>")


class Partner:
    """A partner's site on loopback: `answers` by path, what was `asked`, and by whom."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {"/story/": PAGE}
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._talk())
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def robots(self, text: str, status: int = 200) -> None:
        self.answers["/robots.txt"] = (status, {}, text.encode())

    def sends_on(self, path: str, to: str) -> None:
        self.answers[path] = (302, {"Location": to}, b"")

    def _talk(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Talk(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.agents.add(self.headers["User-Agent"])
                status, headers, body = site.answers.get(self.path, (404, {}, b"nothing here"))
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                return

        return Talk
