"""A WordPress as its REST API looks from outside, on loopback: the shapes are those of a real one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, dict[str, str], bytes]
_JSON = {"Content-Type": "application/json; charset=UTF-8"}


class WordPressSite:
    """A context manager. `trouble`, while set, answers instead; `asked` counts requests."""

    def __init__(self) -> None:
        self.posts: dict[int, dict[str, Any]] = {}
        self.most_per_page = 100
        self.plugin = True
        self.trouble: Callable[[], Answer | None] | None = None
        self.asked: list[str] = []
        self._clock = datetime(2026, 11, 1, 12, tzinfo=UTC)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._talk())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def publish(self, **fields: Any) -> int:
        number = len(self.posts) + 1
        self.posts[number] = {"status": "publish", "password": "", "meta": {}, "published": self._tick(), **fields}
        self.posts[number].setdefault("modified", self._tick())
        return number

    def edit(self, number: int, *, meta: dict[str, str] | None = None, **fields: Any) -> None:
        """Every save moves `modified`, and what the editor called the last change is forgotten."""
        post = self.posts[number]
        post.update(fields, meta=meta or {})
        if "modified" not in fields:
            post["modified"] = self._tick()

    def unpublish(self, number: int) -> None:
        self.edit(number, status="draft")

    def trash(self, number: int) -> None:
        self.edit(number, status="trash")

    def delete(self, number: int) -> None:
        del self.posts[number]

    def _tick(self) -> datetime:
        self._clock += timedelta(seconds=7)
        return self._clock

    def answer(self, address: str) -> Answer:
        self.asked.append(address)
        if self.trouble and (instead := self.trouble()):
            return instead
        parts = urlsplit(address)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        rest = parts.path.removeprefix("/wp-json/wp/v2/posts").strip("/")
        return self._one(int(rest)) if rest else self._list(asked)

    def _one(self, number: int) -> Answer:
        post = self.posts.get(number)
        if post is None:
            return _error(404, "rest_post_invalid_id")
        if post["status"] != "publish":
            return _error(401, "rest_forbidden")
        return 200, _JSON, json.dumps(self._shown(number)).encode()

    def _list(self, asked: dict[str, str]) -> Answer:
        per_page, page = int(asked.get("per_page", "10")), int(asked.get("page", "1"))
        if per_page > self.most_per_page:
            return _error(400, "rest_invalid_param")
        found = [number for number, post in self.posts.items() if post["status"] == "publish"]
        if "modified_after" in asked:
            after = datetime.fromisoformat(asked["modified_after"])
            found = [number for number in found if self.posts[number]["modified"] > after]
        if asked.get("orderby") == "modified":
            found.sort(key=lambda number: (self.posts[number]["modified"], number))
        pages = -(-len(found) // per_page)
        if page > max(pages, 1):
            return _error(400, "rest_post_invalid_page_number")
        shown = [self._shown(number) for number in found[(page - 1) * per_page : page * per_page]]
        return 200, {**_JSON, "X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}, json.dumps(shown).encode()

    def _shown(self, number: int) -> dict[str, Any]:
        post = self.posts[number]
        closed = bool(post["password"])
        link = post.get("link") or f"{self.url}{post.get('path', '')}post-{number}/"
        shown = {
            "id": number,
            "date_gmt": f"{post['published']:%Y-%m-%dT%H:%M:%S}",
            "modified_gmt": f"{post['modified']:%Y-%m-%dT%H:%M:%S}",
            "guid": {"rendered": post.get("guid", f"{self.url}?p={number}&#038;x=1")},
            "status": "publish",
            "link": link,
            "title": {"rendered": post.get("title", f"Post {number}")},
            "content": {
                "rendered": "" if closed else post.get("content", f"<p>Text {number}.</p>"),
                "protected": closed,
            },
            "excerpt": {"rendered": post.get("excerpt", "<p>Made up [&hellip;]</p>"), "protected": closed},
            "meta": {"byline_change": "", "byline_note": "", **post["meta"]} if self.plugin else [],
            "_embedded": self._embedded(post),
            **post.get("extra", {}),
        }
        return {**shown, "byline_standfirst": post.get("standfirst", "")} if self.plugin else shown

    def _embedded(self, post: dict[str, Any]) -> dict[str, Any]:
        def terms(taxonomy: str, names: list[str]) -> list[dict[str, str]]:
            return [{"taxonomy": taxonomy, "slug": name.lower().replace(" ", "-"), "name": name} for name in names]

        embedded = {
            "author": [{"name": "Lucía Ferrer", "slug": "lucia"}],
            "wp:term": [terms("category", post.get("categories", [])), terms("post_tag", post.get("tags", []))],
        }
        return {**embedded, "wp:featuredmedia": [post["media"]]} if "media" in post else embedded

    def _talk(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Talk(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, headers, body = site.answer(self.path)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        return Talk


def _error(status: int, code: str) -> Answer:
    return status, _JSON, json.dumps({"code": code, "data": {"status": status}}).encode()
