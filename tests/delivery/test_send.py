from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from service.delivery.actions.plan import keep_address, post
from service.delivery.actions.send import send_due
from service.delivery.models import Attempt, Mailing, Message
from service.toolbox import tokens

from .mailings import crowd, envelope, message_to, opened, parsed, planned, states, token_in
from .smtp_server import HANG_UP

pytestmark = pytest.mark.django_db

ONCE = ["From", "To", "Date", "Message-ID", "Subject", "MIME-Version", "Content-Type", "List-Id", "Feedback-ID"]
ONCE += ["List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted"]


def test_every_reader_gets_one_and_it_is_counted(now: datetime, smtp: Any) -> None:
    server, mailing = smtp(), opened(now, crowd(30))
    report = send_due(now)
    assert report.sentence() == "Messages handed over: 30 accepted."
    assert server.recipients() == [f"{name}@readers.example" for name in crowd(30)]
    assert states(mailing) == {"accepted": 30}
    assert server.connections == 1


def test_run_again_there_is_nothing_to_send(now: datetime, smtp: Any) -> None:
    server, mailing = smtp(), opened(now)
    send_due(now)
    assert send_due(now).sentence() == "Nothing to send: no message is waiting."
    assert len(server.kept) == 3
    assert states(mailing) == {"accepted": 3}


def test_each_header_stands_there_exactly_once(now: datetime, smtp: Any) -> None:
    server = smtp()
    opened(now, ["ana"])
    send_due(now)
    letter = parsed(server.kept[0].message)
    assert sorted(letter.keys()) == sorted(ONCE)
    assert letter["To"] == "ana@readers.example"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<https://letters\.cauce\.example/unsubscribe/[\w.-]+>", letter["List-Unsubscribe"])
    assert letter["Date"].datetime == now


def test_the_link_in_the_letter_is_the_one_in_the_header(now: datetime, smtp: Any) -> None:
    server = smtp()
    opened(now, ["ana"])
    send_due(now)
    raw = server.kept[0].message
    link = f"https://letters.cauce.example/unsubscribe/{token_in(raw)}"
    for kind in ("plain", "html"):
        assert link in parsed(raw).get_body((kind,)).get_content()  # type: ignore[union-attr]


def test_no_letter_holds_another_readers_token(now: datetime, smtp: Any) -> None:
    server = smtp()
    opened(now, crowd(25))
    send_due(now)
    whose = {tokens.open_token("unsubscribe", token_in(one.message)): one for one in server.kept}
    assert {f"{key}@readers.example": one.recipient for key, one in whose.items()} == {
        one.recipient: one.recipient for one in server.kept
    }
    for one in server.kept:
        told = parsed(one.message).as_string()
        assert {other for other in whose if other in told} == {one.recipient.partition("@")[0]}


def test_a_message_has_the_same_id_at_every_attempt_and_its_own(now: datetime, smtp: Any) -> None:
    server = smtp(script=lambda step, count: "451 4.7.1 later" if step == "DOT" and count <= 2 else None)
    opened(now, ["ana", "bruno"])
    ids = {message.message_id for message in Message.objects.select_related("mailing", "rendition")}
    send_due(now)
    send_due(now + timedelta(minutes=6))
    assert {parsed(one.message)["Message-ID"] for one in server.kept} == ids
    assert len(ids) == 2


def test_put_off_it_is_tried_again_with_growing_waits(now: datetime, smtp: Any) -> None:
    smtp(script=lambda step, count: "450 4.2.0 greylisted" if step == "RCPT" else None)
    mailing, at, waits = opened(now, ["ana"]), now, []
    for _ in range(4):
        send_due(at)
        message = message_to("ana")
        assert states(mailing) == {"deferred": 1}
        waits.append(message.due_at - at)
        at = message.due_at
    assert waits == sorted(set(waits))
    assert (message.attempts, message.code, message.enhanced) == (4, 450, "4.2.0")


def test_put_off_it_is_not_tried_before_its_time(now: datetime, smtp: Any) -> None:
    server = smtp(script=lambda step, count: "450 4.2.0 greylisted" if step == "RCPT" else None)
    opened(now, ["ana"])
    send_due(now)
    send_due(now + timedelta(minutes=4))
    assert server.reached("RCPT") == 1


def test_put_off_beyond_the_mailings_end_it_is_cancelled_as_expired(now: datetime, smtp: Any) -> None:
    smtp(script=lambda step, count: "450 4.2.0 greylisted" if step == "RCPT" else None)
    mailing = opened(now, ["ana"])
    send_due(mailing.not_after - timedelta(minutes=1))
    assert states(mailing) == {"cancelled": 1}
    assert message_to("ana").reason == "expired"


def test_past_its_end_nothing_of_a_mailing_is_sent(now: datetime, smtp: Any) -> None:
    server, mailing = smtp(), opened(now)
    assert send_due(mailing.not_after + timedelta(seconds=1)).sentence() == "Messages handed over: 3 expired."
    assert states(mailing) == {"cancelled": 3}
    assert not server.kept


def test_refused_it_is_never_tried_again_and_the_servers_words_are_kept(now: datetime, smtp: Any) -> None:
    smtp(script=lambda step, count: "550 5.1.1 <ana@readers.example> unknown" if step == "RCPT" else None)
    mailing = opened(now, ["ana"])
    send_due(now)
    assert states(mailing) == {"refused": 1}
    message, attempt = message_to("ana"), Attempt.objects.get()
    assert (message.code, message.enhanced) == (550, "5.1.1")
    assert attempt.text == "5.1.1 <(address)> unknown"
    assert send_due(now + timedelta(days=1)).sentence().startswith("Nothing to send")


def test_one_bad_address_holds_up_nobody(now: datetime, smtp: Any) -> None:
    server = smtp(script=lambda step, count: "550 5.1.1 no" if step == "RCPT" and count == 2 else None)
    mailing = opened(now)
    send_due(now)
    assert states(mailing) == {"accepted": 2, "refused": 1}
    assert len(server.kept) == 2


def test_lost_after_the_end_it_is_uncertain_and_never_resent_by_itself(now: datetime, smtp: Any) -> None:
    server = smtp(script=lambda step, count: HANG_UP if step == "DOT" and count == 2 else None)
    mailing = opened(now)
    send_due(now)
    send_due(now + timedelta(hours=30))
    assert states(mailing) == {"accepted": 2, "uncertain": 1}
    assert server.reached("DATA") == 3


def test_without_a_connection_nothing_counts_as_an_attempt(now: datetime, settings: Any) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    mailing = opened(now)
    assert "can't be used" in send_due(now).sentence()
    assert states(mailing) == {"queued": 3}
    assert not Attempt.objects.exists()
    assert set(Message.objects.values_list("attempts", flat=True)) == {0}


def test_a_server_that_goes_away_in_between_costs_no_attempt(now: datetime, smtp: Any) -> None:
    def script(step: str, count: int) -> str | None:
        return HANG_UP if (step == "MAIL" and count == 2) or (step == "greet" and count == 2) else None

    server, mailing = smtp(script=script), opened(now)
    assert "can't be used" in send_due(now).sentence()
    assert states(mailing) == {"accepted": 1, "queued": 2}
    assert sorted(Message.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    send_due(now + timedelta(minutes=1))
    assert states(mailing) == {"accepted": 3}
    assert len(server.kept) == 3


def test_put_off_and_then_without_a_connection_it_stays_put_off(now: datetime, smtp: Any, settings: Any) -> None:
    smtp(script=lambda step, count: "450 4.2.0 greylisted" if step == "RCPT" else None)
    mailing = opened(now, ["ana"])
    send_due(now)
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    send_due(now + timedelta(minutes=6))
    assert states(mailing) == {"deferred": 1}
    assert message_to("ana").attempts == 1


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("ADDRESS_KEY", "another key than the one it was filled with", "does not open with this ADDRESS_KEY"),
        ("EMAIL_URL", "pigeon://loft", "EMAIL_URL begins with 'pigeon'"),
        ("EMAIL_URL", "smtp://mail.example.org", "SITE_URL is not https"),
    ],
)
def test_what_is_set_wrong_is_a_sentence_and_loses_nothing(
    now: datetime, smtp: Any, settings: Any, setting: str, value: str, sentence: str
) -> None:
    smtp()
    mailing = opened(now)
    settings.SITE_URL = "http://127.0.0.1:8000"
    setattr(settings, setting, value)
    assert sentence in send_due(now).sentence()
    send_due(now + timedelta(hours=1))
    assert states(mailing) == {"queued": 3}


def test_an_alert_overtakes_a_digest_that_is_under_way(now: datetime, smtp: Any) -> None:
    server = smtp()
    opened(now, crowd(5), key="digest")
    alert = planned(now, ["zoe"], key="alert")
    Mailing.objects.filter(pk=alert.pk).update(priority=1)
    opened(now, [], key="alert")
    send_due(now + timedelta(minutes=1))
    assert server.kept[0].recipient == "zoe@readers.example"


def test_asked_to_stop_it_stops_between_two_messages(now: datetime, smtp: Any) -> None:
    server, mailing = smtp(), opened(now, crowd(10))
    send_due(now, stopped=lambda: len(server.kept) >= 4)
    assert states(mailing) == {"accepted": 4, "queued": 6}
    send_due(now)
    assert states(mailing) == {"accepted": 10}
    assert len(server.kept) == len(set(server.recipients())) == 10


def test_a_letter_about_oneself_has_no_list_headers(now: datetime, smtp: Any) -> None:
    server = smtp()
    own = envelope(unsubscribe=False, list_id="", feedback_id="")
    post("hello", keep_address("ana@readers.example"), own, "<p>Hi</p>", "Hi", now)
    send_due(now)
    assert not [name for name in parsed(server.kept[0].message) if name.startswith("List-")]
