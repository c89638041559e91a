from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from service.delivery.rules.inbound import MOST_BYTES, Came, Complaint, Leaving, Passing, Report, Unknown, is_ours, read
from service.delivery.rules.returns import is_about_the_address, is_given_up, reply_in

from .returned import NAMES, came_back, to_us

HARD = ["postfix-unknown-user", "postfix-remote-refused", "exim-unrouteable", "exchange-not-found", "xss"]
HARD += ["gmail-no-such-user", "sendmail-headers-only", "several-recipients", "international", "control-characters"]
SOFT = {"postfix-expired": "4.4.1", "postfix-mailbox-full": "5.2.2", "exchange-policy": "5.7.1"}
AWAY = ["away-english", "away-spanish", "away-precedence", "away-that-quotes-a-bounce", "away-with-a-report-attached"]
COMPLAINTS = ["complaint", "complaint-mail-from", "complaint-headers-only"]
LEAVING = ["unsubscribe", "unsubscribe-encoded-and-folded"]
UNKNOWN = {
    "forged-hmac": "was not made here",
    "forged-no-token": "does not say which message",
    "forged-only-in-the-included-letter": "does not say which message",
    "several-messages": "several messages at once",
    "complaint-without-token": "does not say which message",
    "complaint-token-in-the-text": "does not say which message",
    "feedback-not-spam": "not about abuse",
    "no-action": "no action that is known",
    "odd-action": "no action that is known",
    "qmail-text": "no delivery report in it",
    "sendmail-text-generated": "no delivery report in it",
    "truncated": "no action that is known",
    "nested": "too many parts",
    "html-only": "It is no delivery report",
    "a-reader-writes": "It is no delivery report",
    "bad-charset": "It is no delivery report",
    "eight-bit-headers": "It is no delivery report",
    "nested-messages": "It is no delivery report",
    "empty": "It is no delivery report",
    "only-line-ends": "It is no delivery report",
    "binary": "It is no delivery report",
    "zip": "It is no delivery report",
}


def seen(name: str, *recipients: str) -> Came:
    return read(came_back(name), settings.SECRET_KEY, recipients)


@pytest.mark.parametrize("name", HARD)
def test_no_such_mailbox_is_a_hard_bounce_of_our_message_whoever_reports_it(name: str) -> None:
    found = seen(name)
    assert isinstance(found, Report)
    assert (found.message, found.action, found.hard) == (7, "failed", True)


@pytest.mark.parametrize(("name", "enhanced"), SOFT.items())
def test_a_failure_for_another_reason_is_no_hard_bounce(name: str, enhanced: str) -> None:
    found = seen(name)
    assert isinstance(found, Report)
    assert (found.action, found.hard, found.reply.enhanced) == ("failed", False, enhanced)


@pytest.mark.parametrize("action", ["delayed", "delivered"])
def test_a_report_that_nothing_failed_yet_says_so(action: str) -> None:
    found = seen(f"postfix-{action}")
    assert isinstance(found, Report)
    assert (found.action, found.hard) == (action, False)


@pytest.mark.parametrize("name", AWAY)
def test_an_automatic_reply_counts_for_nothing_whatever_it_quotes(name: str) -> None:
    assert seen(name) == Passing("automatic reply")


@pytest.mark.parametrize("name", COMPLAINTS)
def test_a_complaint_is_about_the_message_whose_address_the_included_letter_bears(name: str) -> None:
    assert seen(name) == Complaint(7)


@pytest.mark.parametrize("name", LEAVING)
def test_a_mail_to_unsubscribe_is_read_from_its_subject(name: str) -> None:
    raw = came_back(name, leave="0a1b.1rXyzA.Ab-_9")
    assert read(raw, settings.SECRET_KEY) == Leaving("0a1b.1rXyzA.Ab-_9")


@pytest.mark.parametrize(("name", "reason"), UNKNOWN.items())
def test_what_is_not_understood_or_not_to_be_believed_says_why(name: str, reason: str) -> None:
    found = seen(name)
    assert isinstance(found, Unknown)
    assert reason in found.reason
    assert "@" not in found.reason


def test_every_mail_of_the_corpus_has_its_promise() -> None:
    promised = {*HARD, *SOFT, *AWAY, *COMPLAINTS, *LEAVING, *UNKNOWN}
    assert set(NAMES) - promised == {"postfix-delayed", "postfix-delivered", "unsubscribe-forged"}


def test_another_installations_key_makes_every_report_worthless() -> None:
    for name in [*HARD, *SOFT, *COMPLAINTS]:
        assert isinstance(read(came_back(name), "another key"), Unknown), name


def test_the_envelope_says_more_than_the_header() -> None:
    found = seen("forged-no-token", to_us(12))
    assert isinstance(found, Report)
    assert found.message == 12
    over = seen("postfix-remote-refused", to_us(12))
    assert isinstance(over, Report)
    assert over.message == 12


def test_a_mail_too_large_to_read_is_not_read() -> None:
    raw = came_back("postfix-unknown-user")
    assert isinstance(read(raw.ljust(MOST_BYTES), settings.SECRET_KEY), Report)
    assert "larger than 1 MiB" in str(read(raw.ljust(MOST_BYTES + 1), settings.SECRET_KEY))


def test_a_servers_words_are_kept_without_what_no_database_takes() -> None:
    reply = reply_in("5.1.1", "smtp; 550 5.1.1 no\x00such\x1b[31m \udcff user")
    assert (reply.code, reply.enhanced, reply.text) == (550, "5.1.1", "550 5.1.1 no such [31m   user")


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail(raw: bytes) -> None:
    assert read(raw, "key") is not None
    assert read(b"Content-Type: multipart/report; boundary=b\n\n--b\n" + raw, "key") is not None


@given(st.sampled_from(NAMES), st.integers(0, 4000), st.binary(min_size=1, max_size=3))
def test_no_damage_makes_it_fail_or_name_another_message(name: str, at: int, damage: bytes) -> None:
    raw = came_back(name)
    found = read(raw[:at] + damage + raw[at + len(damage) :], settings.SECRET_KEY)
    assert getattr(found, "message", 7) in (7, 8)


def test_ours_is_the_mailbox_with_or_without_a_token_and_no_other() -> None:
    box = "bounces@cauce.example"
    assert all(is_ours(one, box) for one in (box, "Bounces+1-abc@CAUCE.example", to_us(3)))
    others = ["letters@cauce.example", "bounces@elsewhere.example", "bounces", "+x@cauce.example", ""]
    assert not any(is_ours(one, box) for one in others)
    assert not is_ours("", "")


def test_only_failures_about_the_address_count_towards_giving_it_up() -> None:
    assert all(is_about_the_address(0, status) for status in ("4.2.2", "5.2.2", "4.4.1", "5.1.0"))
    assert not any(is_about_the_address(550, status) for status in ("5.7.1", "4.7.0", "5.6.0", "4.3.2"))
    assert is_about_the_address(452, "")
    assert not is_about_the_address(550, "")


def test_an_address_is_given_up_after_five_days_in_vain() -> None:
    days = {date(2026, 11, day) for day in range(1, 6)}
    assert is_given_up(days)
    assert not is_given_up(set(list(days)[:4]))
