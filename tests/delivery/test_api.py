"""A provider's HTTP API: what it is asked, and what its answers mean."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from service.delivery.rules.returns import Reply, is_hard
from service.delivery.rules.verdicts import TransportDown, Verdict
from service.delivery.transports import api, transport

from .api_server import ApiServer, Asked
from .smtp_server import HANG_UP
from .ways_out import API, HTTPS, outgoing, states

KEY = "a-secret-key"
INACTIVE = (
    "inactive addresses: reader1@readers.example. Inactive recipients are ones that have generated a hard bounce."
)


def verdict_for(answer: Any, kind: str = "postmark") -> Verdict:
    with ApiServer(lambda count: answer) as server, transport(server.url(kind), HTTPS) as out:
        (verdict,) = out.deliver([outgoing()])
        return verdict


def asked_by(kind: str, **changes: Any) -> Asked:
    with ApiServer() as server:
        states(server.url(kind), [outgoing(**changes)])
        return server.asked[0]


def test_no_reader_is_tracked() -> None:
    postmark, mailgun = asked_by("postmark").fields, asked_by("mailgun").fields
    assert (postmark["TrackOpens"], postmark["TrackLinks"]) == (False, "None")
    assert (mailgun["o:tracking-opens"], mailgun["o:tracking-clicks"]) == ("no", "no")


@pytest.mark.parametrize("name", api.PROVIDERS)
def test_every_provider_can_be_told_not_to_track(name: str) -> None:
    payload = api.PROVIDERS[name].backend.build_message_payload.__globals__[f"{name.title()}Payload"]
    assert {"set_track_opens", "set_track_clicks"} <= set(vars(payload))


def test_the_key_and_the_place_reach_the_provider() -> None:
    postmark, mailgun = asked_by("postmark"), asked_by("mailgun")
    assert postmark.http_headers["X-Postmark-Server-Token"] == KEY
    assert postmark.fields["MessageStream"] == "broadcast"
    assert mailgun.path == "/mg.cauce.example/messages"


def test_reports_will_name_the_message_by_its_token() -> None:
    assert asked_by("postmark").fields["Metadata"] == {"m": "1-abc"}
    assert asked_by("mailgun").fields["v:m"] == "1-abc"
    assert "Metadata" not in asked_by("postmark", sender="letters@cauce.example").fields


def test_a_signature_that_would_break_is_left_out() -> None:
    signed = b"DKIM-Signature: v=1; a=rsa-sha256; d=cauce.example;\r\n b=x\r\n" + outgoing().message
    names = [one["Name"] for one in asked_by("postmark", message=signed).fields["Headers"]]
    assert "DKIM-Signature" not in names
    assert {"Message-ID", "Date", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id"} < set(names)


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        ((429, {"message": "too many"}), "deferred", 421),
        ((500, {"message": "oh"}), "deferred", 451),
        ((503, {}), "deferred", 451),
        ((502, b"<html>Bad gateway"), "deferred", 451),
        ((504, b""), "uncertain", 0),
        ((200, b"<html>Welcome to the hotel"), "uncertain", 0),
        ((200, {}), "uncertain", 0),
        ((422, {"ErrorCode": [], "Message": None}), "refused", 554),
        ((400, {"message": "to parameter is not a valid address"}), "refused", 554),
        ((413, b""), "refused", 554),
        ((422, {"ErrorCode": 300, "Message": "Invalid metadata content."}), "refused", 554),
        (HANG_UP, "uncertain", 0),
    ],
)
@pytest.mark.parametrize("kind", API)
def test_an_answer_means_what_it_says(kind: str, answer: Any, state: str, code: int) -> None:
    verdict = verdict_for(answer, kind)
    assert (verdict.state, verdict.code) == (state, code)
    assert KEY not in verdict.text


@pytest.mark.parametrize(
    ("code", "words"),
    [(406, f"You tried to send to some. Found {INACTIVE}"), (300, "Invalid 'To' address: 'reader1@readers.example'.")],
)
def test_an_address_that_the_provider_gave_up_is_refused_for_good(code: int, words: str) -> None:
    verdict = verdict_for((422, {"ErrorCode": code, "Message": words}))
    assert verdict.state == "refused"
    assert is_hard(Reply(verdict.code, verdict.enhanced))
    assert "reader1" not in verdict.text


def test_refused_although_the_provider_says_ok() -> None:
    words = f"Message OK, but will not deliver to these {INACTIVE}"
    answer = {"ErrorCode": 0, "Message": words, "MessageID": "b7", "To": "reader1@readers.example"}
    assert verdict_for((200, answer)).state == "refused"


def test_no_answer_in_time_nobody_can_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "ANSWER_SECONDS", 0.3)
    assert verdict_for(1.0).state == "uncertain"


@pytest.mark.parametrize(
    "answer",
    [
        *((401, {"Message": f"no {KEY} of ours"}), (403, b"Forbidden"), (402, {}), (404, {}), (302, {})),
        *((422, {"ErrorCode": code, "Message": "about the account"}) for code in (400, 401, 405, 412, 413)),
        (422, {"ErrorCode": 300, "Message": "Invalid 'From' address: 'letters@cauce.example'."}),
    ],
)
def test_what_concerns_the_account_leaves_the_rest_untouched(answer: Any) -> None:
    told: list[str] = []
    with ApiServer(lambda count: answer if count == 3 else None) as server:
        with transport(server.url("postmark"), HTTPS) as out, pytest.raises(TransportDown) as error:
            told.extend(verdict.state for verdict in out.deliver(outgoing(number) for number in range(1, 6)))
        assert len(server.asked) == 3
    assert told == ["accepted", "accepted"]
    assert KEY not in str(error.value)


def test_a_sender_that_is_none_is_told_once() -> None:
    with pytest.raises(TransportDown, match="from parameter is not a valid address"):
        verdict_for((400, {"message": "from parameter is not a valid address"}), "mailgun")


def test_a_provider_that_goes_away_leaves_the_rest_untouched() -> None:
    server, told = ApiServer(lambda count: HANG_UP if count == 2 else None), []
    with server, transport(server.url("mailgun"), HTTPS) as out, pytest.raises(TransportDown, match="refused"):
        for verdict in out.deliver(outgoing(number) for number in range(1, 4)):
            told.append(verdict.state)
            if len(told) == 2:
                server.__exit__()
    assert told == ["accepted", "uncertain"]


def test_a_letter_that_cannot_be_asked_for_is_refused_alone() -> None:
    bad = replace(outgoing(2), recipient="no address, at all")
    with ApiServer() as server:
        assert states(server.url("postmark"), [outgoing(1), bad, outgoing(3)]) == ["accepted", "refused", "accepted"]


def test_waiting_for_a_connection_a_letter_does_not_grow_late(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []
    with ApiServer() as server, transport(server.url("postmark"), HTTPS) as out:
        send = out._backend.send_messages  # type: ignore[attr-defined]
        monkeypatch.setattr(
            out._backend,  # type: ignore[attr-defined]
            "send_messages",
            lambda mails: (seen.append(out._backend.timeout[0]), send(mails)),  # type: ignore[attr-defined]
        )
        list(out.deliver([outgoing(until=time.monotonic() + 0.5)]))
    assert 0 < seen[0] <= 0.5
