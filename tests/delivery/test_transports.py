"""Every way out keeps one contract; SMTP keeps it against servers that behave badly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from service.delivery.rules.verdicts import TransportDown, Verdict
from service.delivery.transports import transport
from service.toolbox.errors import ServiceError

from .smtp_server import HANG_UP, Server, certificate

LETTER = b"Message-ID: <1@cauce.example>\r\nSubject: x\r\n\r\n.dot\r\n..\r\n.\r\nend"
HTTPS, HTTP = "https://letters.cauce.example", "http://127.0.0.1:8000"
ANA = "ana@readers.example"


@contextmanager
def way_out(kind: str, folder: Path, patch: pytest.MonkeyPatch) -> Iterator[tuple[str, Callable[[], list[bytes]]]]:
    """An EMAIL_URL of that kind, and what arrived there."""
    if kind == "file":
        yield f"file://{folder}/out", lambda: [path.read_bytes() for path in (folder / "out").glob("*.eml")]
        return
    context, trusted = certificate(folder)
    patch.setenv("SSL_CERT_FILE", str(trusted))
    given: dict[str, Any] = {"tls": None if kind == "smtp" else context, "implicit": kind == "smtps"}
    with Server(**given, login=("byline", "a b/c")) as server:
        yield server.url(kind, "localhost", "byline:a%20b%2Fc@"), lambda: [one.message for one in server.kept]


@pytest.mark.parametrize("kind", ["file", "smtp", "smtp+tls", "smtps"])
def test_what_is_handed_over_arrives_unchanged(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with way_out(kind, tmp_path, monkeypatch) as (url, arrived):
        with transport(url, HTTPS) as out:
            verdict = out.deliver("letters@cauce.example", ANA, LETTER)
        assert verdict.state == "accepted"
        assert [letter.removesuffix(b"\r\n") for letter in arrived()] == [LETTER]


def test_one_connection_carries_many() -> None:
    with Server() as server, transport(server.url(), HTTPS) as out:
        for _ in range(20):
            out.deliver("letters@cauce.example", ANA, LETTER)
    assert (len(server.kept), server.connections) == (20, 1)


@pytest.mark.parametrize("kind", ["file:///proc/nothing", "smtp://127.0.0.1:1", "smtps://127.0.0.1:1"])
def test_where_nothing_can_leave_a_sentence_says_so(kind: str) -> None:
    with pytest.raises(TransportDown, match=r"can't be .+ Look at EMAIL_URL\."), transport(kind, HTTPS):
        pass


@pytest.mark.parametrize(("scheme", "implicit"), [("smtp+tls", False), ("smtps", True)])
def test_a_certificate_that_nobody_trusts_is_refused(scheme: str, implicit: bool, tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    with Server(tls=context, implicit=implicit, login=("a", "b")) as server:
        with (
            pytest.raises(TransportDown, match="certificate"),
            transport(server.url(scheme, "localhost", "a:b@"), HTTPS),
        ):
            pass
        assert not [line for line in server.heard if line.upper().startswith(("AUTH", "MAIL"))]


def test_a_certificate_for_another_host_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with Server(tls=context) as server:
        url = server.url("smtp+tls", "[::ffff:127.0.0.1]")
        with pytest.raises(TransportDown, match="certificate"), transport(url, HTTPS):
            pass


def test_without_starttls_nothing_goes_in_the_clear() -> None:
    with Server(login=("a", "b")) as server:
        with pytest.raises(TransportDown, match="STARTTLS"), transport(server.url("smtp+tls", login="a:b@"), HTTPS):
            pass
        assert not [line for line in server.heard if line.upper().startswith(("AUTH", "MAIL"))]


def test_a_wrong_password_is_a_sentence_without_the_password() -> None:
    with Server(login=("a", "right")) as server:
        way = transport(server.url(login="a:secretword@"), HTTPS)
        with pytest.raises(TransportDown, match=r"535 5\.7\.8 wrong password") as told, way:
            pass
        assert "secretword" not in str(told.value)


@pytest.mark.parametrize("scheme", ["smtp", "smtp+tls", "smtps"])
def test_no_letter_leaves_a_site_without_https(scheme: str) -> None:
    with pytest.raises(ServiceError, match="SITE_URL is not https"):
        transport(f"{scheme}://mail.example.org", HTTP)
    transport(f"{scheme}://127.0.0.1:25", HTTP)


def test_no_password_goes_out_in_the_clear() -> None:
    with pytest.raises(ServiceError, match="in the clear"):
        transport("smtp://a:b@mail.example.org", HTTPS)


@pytest.mark.parametrize(
    "url", ["", "mail.example.org", "smtp://", "http://x", "smtp://x:port", "smtp://[::1", "file://a/b"]
)
def test_an_unusable_address_gets_a_sentence(url: str) -> None:
    with pytest.raises(ServiceError, match="EMAIL_URL begins with"):
        transport(url, HTTPS)


def delivered(
    script: Callable[[str, int], str | None], letter: bytes = LETTER, to: str = ANA
) -> tuple[Verdict, Server]:
    with Server(script) as server, transport(server.url(), HTTPS) as out:
        return out.deliver("letters@cauce.example", to, letter), server


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "DOT"])
@pytest.mark.parametrize(("reply", "state"), [("451 4.3.0 later", "deferred"), ("550 5.7.1 never", "refused")])
def test_a_verdict_comes_from_the_step_that_gave_it(step: str, reply: str, state: str) -> None:
    verdict, server = delivered(lambda at, count: reply if at == step else None)
    assert (verdict.state, str(verdict.code), verdict.enhanced) == (state, *reply.split()[:2])
    assert not server.kept


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "BODY"])
def test_lost_before_the_end_nothing_was_taken(step: str) -> None:
    large = LETTER + b"x\r\n" * 10_000_000
    verdict, server = delivered(lambda at, count: HANG_UP if at == step else None, large)
    assert verdict.state == "deferred"
    assert not server.kept


@pytest.mark.parametrize("reply", [HANG_UP, "gibberish", "354 what"])
def test_lost_after_the_end_nobody_can_know(reply: str) -> None:
    verdict, _ = delivered(lambda at, count: reply if at == "DOT" else None)
    assert verdict.state == "uncertain"


def test_a_refusal_counts_even_if_the_server_hangs_up_right_after() -> None:
    def script(step: str, count: int) -> str | None:
        return "550 5.1.1 no such user" if step == "RCPT" else None

    with Server(script) as server, transport(server.url(), HTTPS) as out:
        server.hang_up_after_refusal = True
        verdict = out.deliver("letters@cauce.example", ANA, LETTER)
    assert (verdict.state, verdict.enhanced) == ("refused", "5.1.1")


def test_a_server_that_wants_a_fresh_connection_now_and_then_gets_it() -> None:
    def script(step: str, count: int) -> str | None:
        return "421 4.7.0 too many on this one" if step == "MAIL" and count == 11 else None

    with Server(script) as server, transport(server.url(), HTTPS) as out:
        verdicts = [out.deliver("letters@cauce.example", ANA, LETTER).state for _ in range(15)]
    assert verdicts == ["accepted"] * 15
    assert (len(server.kept), server.connections) == (15, 2)


def test_a_server_that_always_says_goodbye_is_believed() -> None:
    verdict, _ = delivered(lambda step, count: "421 4.3.2 closing" if step == "MAIL" else None)
    assert verdict.state == "deferred"


def test_letters_beyond_ascii_need_a_server_that_takes_them() -> None:
    peru = "josé@readers.example"
    assert delivered(lambda step, count: None, to=peru)[0].enhanced == "5.6.7"
    with Server(features=("SMTPUTF8", "8BITMIME")) as server, transport(server.url(), HTTPS) as out:
        assert out.deliver("letters@cauce.example", peru, LETTER).state == "accepted"
    assert server.recipients() == [peru]


def test_smtputf8_is_noticed_after_starttls_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with Server(tls=context, features=("SMTPUTF8",)) as server:
        way = transport(server.url("smtp+tls", "localhost"), HTTPS)
        with way as out:
            assert out.deliver("letters@cauce.example", "josé@readers.example", LETTER).state == "accepted"
