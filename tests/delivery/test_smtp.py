"""SMTP keeps its promises against servers that behave badly, line by line and with PIPELINING."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.delivery.rules.verdicts import Outgoing, TransportDown, Verdict
from service.delivery.transports import transport

from .smtp_server import HANG_UP, Script, Server, certificate
from .ways_out import HTTPS, outgoing, states

RAW = b"Message-ID: <1@cauce.example>\r\nSubject: x\r\n\r\n.dot\r\n..\r\n.\r\nend\r\n"
LETTERS = [outgoing(number) for number in range(1, 16)]
PERU = "josé@readers.example"
STEPS = ["MAIL", "RCPT", "DATA", "DOT"]


@pytest.fixture(params=[(), ("PIPELINING",)], ids=["line by line", "pipelining"])
def features(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return ("8BITMIME", *request.param)


@pytest.fixture
def pipelining() -> tuple[str, ...]:
    return ("8BITMIME", "PIPELINING")


def only(step: str, reply: str, number: int = 0) -> Script:
    """That reply at that step, each time or at its n-th alone."""
    return lambda at, count: reply if at == step and number in (0, count) else None


def verdicts(letters: Iterable[Outgoing], **given: Any) -> tuple[list[Verdict], Server]:
    with Server(**given) as server, transport(server.url(), HTTPS) as out:
        return list(out.deliver(letters)), server


def kept(server: Server) -> list[str]:
    return [one.recipient for one in server.kept]


def test_every_byte_arrives(features: tuple[str, ...]) -> None:
    told, server = verdicts([replace(LETTERS[0], message=RAW)] * 2, features=features)
    assert [one.state for one in told] == ["accepted"] * 2
    assert [one.message for one in server.kept] == [RAW] * 2


@pytest.mark.parametrize(("scheme", "implicit"), [("smtp+tls", False), ("smtps", True)])
def test_a_certificate_that_nobody_trusts_is_refused(scheme: str, implicit: bool, tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    with Server(tls=context, implicit=implicit, login=("a", "b")) as server:
        way = transport(server.url(scheme, "localhost", "a:b@"), HTTPS)
        with pytest.raises(TransportDown, match="certificate"), way:
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


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(("reply", "state"), [("451 4.3.0 later", "deferred"), ("550 5.7.1 never", "refused")])
def test_a_verdict_comes_from_the_step_that_gave_it(
    step: str, reply: str, state: str, features: tuple[str, ...]
) -> None:
    (verdict,), server = verdicts(LETTERS[:1], script=only(step, reply), features=features)
    assert (verdict.state, str(verdict.code), verdict.enhanced) == (state, *reply.split()[:2])
    assert not server.kept


@pytest.mark.parametrize("step", STEPS)
def test_a_refused_letter_stands_between_two_that_are_taken(step: str, features: tuple[str, ...]) -> None:
    told, server = verdicts(LETTERS[:3], script=only(step, "550 5.1.1 no", 2), features=features)
    assert [one.state for one in told] == ["accepted", "refused", "accepted"]
    assert kept(server) == [LETTERS[0].recipient, LETTERS[2].recipient]
    assert [one.message for one in server.kept] == [LETTERS[0].message, LETTERS[2].message]
    assert server.connections == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "BODY"])
def test_lost_before_the_end_nothing_was_taken(step: str, features: tuple[str, ...]) -> None:
    large = replace(LETTERS[0], message=RAW + b"x\r\n" * 10_000_000)
    (verdict,), server = verdicts([large], script=only(step, HANG_UP), features=features)
    assert verdict.state == "deferred"
    assert not server.kept


@pytest.mark.parametrize("reply", [HANG_UP, "gibberish", "354 what"])
def test_lost_after_the_end_nobody_can_know(reply: str, features: tuple[str, ...]) -> None:
    (verdict,), _ = verdicts(LETTERS[:1], script=only("DOT", reply), features=features)
    assert verdict.state == "uncertain"


def test_lost_after_the_end_the_next_goes_out_on_a_fresh_connection(features: tuple[str, ...]) -> None:
    told, server = verdicts(LETTERS[:2], script=only("DOT", HANG_UP, 1), features=features)
    assert [one.state for one in told] == ["uncertain", "accepted"]
    assert (kept(server), server.connections) == ([LETTERS[1].recipient], 2)


def test_lost_while_the_next_envelope_is_on_its_way_only_the_first_is_uncertain(pipelining: tuple[str, ...]) -> None:
    script = only("DOT", HANG_UP, 1)
    told, server = verdicts(LETTERS[:3], script=script, features=pipelining, looks_ahead=2.0)
    assert [one.state for one in told] == ["uncertain", "accepted", "accepted"]
    assert server.ahead == 2
    assert kept(server) == [LETTERS[1].recipient, LETTERS[2].recipient]


def test_a_server_gone_for_good_leaves_the_rest_untouched(features: tuple[str, ...]) -> None:
    def script(step: str, count: int) -> str | None:
        return HANG_UP if step == "DOT" and count == 2 else "554 closed" if step == "greet" and count == 2 else None

    told: list[str] = []
    gone = pytest.raises(TransportDown, match="554 closed")
    with Server(script, features=features) as server, transport(server.url(), HTTPS) as out, gone:
        told.extend(verdict.state for verdict in out.deliver(LETTERS[:4]))
    assert told == ["accepted", "uncertain"]
    assert kept(server) == [LETTERS[0].recipient]


def test_a_refusal_counts_even_if_the_server_hangs_up_right_after(features: tuple[str, ...]) -> None:
    script = only("RCPT", "550 5.1.1 no such user", 1)
    told, _ = verdicts(LETTERS[:2], script=script, features=features, hang_up_after_refusal=True)
    assert [(one.state, one.enhanced) for one in told] == [("refused", "5.1.1"), ("accepted", "2.0.0")]


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_no_empty_letter_follows_a_refused_envelope(step: str, features: tuple[str, ...]) -> None:
    script = only(step, "550 5.1.1 no", 1)
    told, server = verdicts(LETTERS[:2], script=script, features=features, careless=True)
    assert [one.state for one in told] == ["refused", "accepted"]
    assert [one.message for one in server.kept] == [LETTERS[1].message]


@pytest.mark.parametrize("step", STEPS)
def test_a_server_that_wants_a_fresh_connection_now_and_then_gets_it(step: str, features: tuple[str, ...]) -> None:
    told, server = verdicts(LETTERS, script=only(step, "421 4.7.0 too many on this one", 11), features=features)
    eleventh = "deferred" if step == "DOT" else "accepted"  # after its end it may not be sent again by itself
    assert [one.state for one in told] == ["accepted"] * 10 + [eleventh] + ["accepted"] * 4
    assert (len(server.kept), server.connections) == (15 - (step == "DOT"), 2)


def test_a_server_that_always_says_goodbye_is_believed(features: tuple[str, ...]) -> None:
    told, server = verdicts(LETTERS[:2], script=only("MAIL", "421 4.3.2 closing"), features=features)
    assert [(one.state, one.code) for one in told] == [("deferred", 421)] * 2
    assert not server.kept


def test_letters_beyond_ascii_need_a_server_that_takes_them(features: tuple[str, ...]) -> None:
    letters = [LETTERS[0], replace(LETTERS[1], recipient=PERU), LETTERS[2]]
    told, _ = verdicts(letters, features=features)
    assert [one.enhanced for one in told] == ["2.0.0", "5.6.7", "2.0.0"]
    told, server = verdicts(letters, features=("SMTPUTF8", *features))
    assert [one.state for one in told] == ["accepted"] * 3
    assert kept(server)[1] == PERU


def test_smtputf8_is_noticed_after_starttls_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with Server(tls=context, features=("SMTPUTF8",)) as server:
        assert states(server.url("smtp+tls", "localhost"), [replace(LETTERS[0], recipient=PERU)]) == ["accepted"]


def test_with_pipelining_a_message_costs_one_round_trip(pipelining: tuple[str, ...]) -> None:
    told, server = verdicts(LETTERS, features=pipelining, looks_ahead=0.5)
    assert [one.state for one in told] == ["accepted"] * 15
    assert server.ahead == 14  # each next envelope came before the reply to the end of the one before was sent
    assert kept(server) == [one.recipient for one in LETTERS]


def test_without_pipelining_nothing_is_said_out_of_turn() -> None:
    told, server = verdicts(LETTERS[:3], looks_ahead=0.1)
    assert [one.state for one in told] == ["accepted"] * 3
    assert server.ahead == 0


def test_a_slow_greeting_is_waited_for_in_silence(features: tuple[str, ...]) -> None:
    heard: list[int] = []

    def script(step: str, count: int) -> str | None:
        if step == "greet":
            time.sleep(0.5)
            heard.append(len(server.heard))
        return None

    with Server(script, features=features) as server:
        assert states(server.url(), LETTERS[:2]) == ["accepted"] * 2
    assert heard == [0]


def test_late_only_once_the_server_would_take_it_a_letter_is_not_sent(features: tuple[str, ...]) -> None:
    def script(step: str, count: int) -> str | None:
        if step == "DATA" and count == 1:
            time.sleep(1.3)
        return None

    letters = [replace(LETTERS[0], until=time.monotonic() + 0.2), LETTERS[1]]
    told, server = verdicts(letters, script=script, features=features)
    assert [one.state for one in told] == ["queued", "accepted"]
    assert kept(server) == [LETTERS[1].recipient]


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("reply", ["250 2.0.0 kept", "354 go on", "220 hello"])
def test_replies_that_are_out_of_step_accept_nothing(features: tuple[str, ...], step: str, reply: str) -> None:
    if (step, reply[0]) in [("MAIL", "2"), ("RCPT", "2")] or (step, reply[:3]) == ("DATA", "354"):
        return
    told, server = verdicts(LETTERS[:3], features=features, script=only(step, reply, 2))
    assert [one.state for one in told] == ["accepted", "deferred", "accepted"]
    assert kept(server) == [LETTERS[0].recipient, LETTERS[2].recipient]
