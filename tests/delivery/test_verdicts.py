from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service.delivery.rules.pace import next_try
from service.delivery.rules.verdicts import verdict_of, without_address

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "words", "state", "enhanced"),
    [
        (250, "2.0.0 Ok: queued", "accepted", "2.0.0"),
        (251, "will forward", "accepted", ""),
        (421, "4.7.0 try later", "deferred", "4.7.0"),
        (450, "4.2.0 greylisted", "deferred", "4.2.0"),
        (550, "5.1.1 no such user", "refused", "5.1.1"),
        (554, "client 5.1.1.7 is listed", "refused", ""),
        (354, "go on", "deferred", ""),
        (-1, "", "deferred", ""),
    ],
)
def test_a_reply_says_taken_later_or_never(code: int, words: str, state: str, enhanced: str) -> None:
    verdict = verdict_of(code, words)
    assert (verdict.state, verdict.enhanced) == (state, enhanced)


def test_each_wait_is_longer_than_the_last_up_to_a_third_of_a_day() -> None:
    waits = [next_try(attempts, NOW) - NOW for attempts in range(1, 12)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=5), timedelta(hours=8))


@pytest.mark.parametrize(
    "words",
    [
        "5.1.1 <ana.ruiz@readers.example>: user unknown",
        "ANA.RUIZ@readers.example bounced to ana@elsewhere.example",
        "no mailbox here by the name of Ana.Ruiz",
    ],
)
def test_a_servers_words_are_kept_without_the_address(words: str) -> None:
    kept = without_address(words, "ana.ruiz@readers.example").lower()
    assert "ana" not in kept
    assert "readers.example" not in kept
