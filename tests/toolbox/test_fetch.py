"""HTTP out: nobody from outside chooses where it leads."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from service.toolbox.fetch import AddressRefused, Fetcher, FetchFailed, is_public


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{self.server.server_address[1]}/")  # type: ignore[attr-defined]
            self.end_headers()
            return
        if self.path == "/slow":
            self._drip()
            return
        bomb = self.path == "/bomb"
        body = gzip.compress(b"0" * 50_000_000) if bomb else b"hello"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if bomb:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        """Headers without end, each in time."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        with suppress(OSError):
            for number in range(200):
                self.wfile.write(f"X-Line-{number}: x\r\n".encode())
                time.sleep(0.05)

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "224.0.0.1", "fe80::1%eth0"),
        *("64:ff9b::a00:1", "64:ff9b::7f00:1", "64:ff9b:1::5db8:d822", "fec0::1", "::10.0.0.1", "::"),
        *("2001:0:5db8:d822:0:0:f5ff:fffe", "2002:a00:1::1", "::ffff:10.0.0.1", "ff02::1"),
    ],
)
def test_private_addresses_are_known_in_every_dress(address: str) -> None:
    assert not is_public(address)


def test_a_public_address_is_public() -> None:
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1:248:1893:25c8:1946")
    assert is_public("64:ff9b::5db8:d822")  # the same by NAT64, as networks without IPv4 see it


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]"])
def test_what_came_from_outside_reaches_no_private_address(site: str, host: str) -> None:
    with pytest.raises(FetchFailed):
        Fetcher().get(site.replace("127.0.0.1", host))


def test_what_an_operator_configured_may_be_private(site: str) -> None:
    assert Fetcher(trusted_hosts=["127.0.0.1"]).get(site).body == b"hello"


def test_a_trusted_site_can_not_send_us_to_another_private_host(site: str) -> None:
    with pytest.raises(AddressRefused):
        Fetcher(trusted_hosts=["127.0.0.1"]).get(f"{site}/away")


def test_a_second_answer_from_dns_leads_nowhere_else(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1"])
    asked: list[tuple[str, int]] = []

    def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address: tuple[str, int], *args: Any, **kwargs: Any) -> Any:
        asked.append(address)
        raise OSError("closed network")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(FetchFailed):
        Fetcher().get("http://rebinding.example/")
    assert [host for host, _ in asked] == ["93.184.216.34"]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://x.example/", "gopher://x/", "//x", "nonsense"])
def test_only_the_web_is_asked(address: str) -> None:
    with pytest.raises(FetchFailed, match="not an http or https address"):
        Fetcher().get(address)


def test_a_small_answer_that_unpacks_to_much_is_cut_off(site: str) -> None:
    with pytest.raises(FetchFailed, match="more than 1,000,000 bytes"):
        Fetcher(trusted_hosts=["127.0.0.1"], max_bytes=1_000_000).get(f"{site}/bomb")


def test_a_server_that_is_away_is_a_sentence() -> None:
    with pytest.raises(FetchFailed, match="gave no answer"):
        Fetcher(trusted_hosts=["127.0.0.1"]).get("http://127.0.0.1:1/")


def test_a_server_that_answers_drop_by_drop_is_left(site: str) -> None:
    with pytest.raises(FetchFailed, match=r"timed out|took longer"):
        Fetcher(trusted_hosts=["127.0.0.1"], deadline_seconds=0.3).get(f"{site}/slow")
