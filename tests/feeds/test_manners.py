"""Who is refused, and who never is. Time is told, not waited for."""

from __future__ import annotations

from typing import Any

import pytest

from service.feeds import manners
from service.feeds.counting import Counts
from service.feeds.manners import Manners
from service.feeds.turnstile import Turnstile

from .reader import ADDRESS, Reader
from .test_serve import published

HOUR, MIDNIGHT = 3600, 20_000 * 86400
AGENT = "Reader/1.0"


class Day:
    """A day at one turnstile; `ask` polls at a second of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._clock = monkeypatch
        self.turnstile = Turnstile(Counts(lambda batch: None), Manners())

    def ask(self, second: float, **told: Any) -> Reader:
        self._clock.setattr("time.time", lambda: float(MIDNIGHT + second))
        return Reader(at=self.turnstile, **{"user_agent": AGENT, **told})


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    published()
    return Day(monkeypatch)


def test_an_office_of_200_people_behind_one_address_is_never_refused(day: Day) -> None:
    """Each takes a first copy within a quarter of an hour, then polls every ten minutes; four stories break."""
    for person in range(200):
        assert day.ask(person * 4).status == "200 OK"
    for round in range(1, 6 * 8):
        if round % 12 == 0:
            published(etag=f"story {round}")
        tag = f'"story {round // 12 * 12 - (12 if round % 12 == 0 else 0)}"' if round > 12 else '"abc"'
        for person in range(200):
            status = day.ask(round * 600 + person, if_none_match=tag).status
            assert status == ("200 OK" if round % 12 == 0 else "304 Not Modified"), (round, person)


def test_whole_copies_every_minute_are_refused_in_the_end_with_a_time_to_come_back(day: Day) -> None:
    minute = next(minute for minute in range(1440) if day.ask(minute * 60).status != "200 OK")
    assert 5 * 60 < minute < 7 * 60
    got = day.ask(minute * 60)
    assert got.status == "429 Too Many Requests"
    assert 1 <= int(got.headers["Retry-After"]) <= 180
    assert got.headers["Cache-Control"] == "no-store"
    assert b"If-None-Match" in got.body
    assert day.ask(minute * 60 + int(got.headers["Retry-After"])).status == "200 OK"


def test_once_limited_it_gets_twenty_copies_an_hour(day: Day) -> None:
    statuses = [day.ask(second).status for second in range(0, 6 * HOUR, 10)]
    last_hour = statuses[-360:]
    assert 19 <= last_hour.count("200 OK") <= 21


def drained(day: Day) -> None:
    for _ in range(int(manners.MOST_COPIES) + 1):
        day.ask(0)
    assert day.ask(0).status == "429 Too Many Requests"


@pytest.mark.parametrize(
    "told",
    [
        {"if_none_match": '"abc"'},
        {"if_modified_since": "Tue, 14 Nov 2023 22:13:20 GMT"},
        {"method": "HEAD"},
        {"method": "OPTIONS"},
        {"user_agent": "Another/1.0"},
        {"remote": "198.42.0.4"},
    ],
)
def test_beside_a_client_that_is_refused_nobody_else_is(day: Day, told: dict[str, Any]) -> None:
    drained(day)
    assert day.ask(0, **told).status != "429 Too Many Requests"


@pytest.mark.parametrize("remote", ["10.0.0.1", "127.0.0.1", "fd00::1", ""])
def test_a_proxy_that_nobody_vouches_for_stands_for_everybody_and_is_never_refused(day: Day, remote: str) -> None:
    assert {day.ask(0, remote=remote).status for _ in range(300)} == {"200 OK"}


def test_a_neighbour_in_the_same_network_with_the_same_program_shares_its_limit(day: Day) -> None:
    drained(day)
    assert day.ask(0, remote="198.41.0.77").status == "429 Too Many Requests"


def test_a_new_story_is_given_even_to_whoever_was_refused(day: Day) -> None:
    drained(day)
    published(etag="new")
    assert day.ask(30).status == "200 OK"


def test_more_than_600_whole_answers_an_hour_are_too_many_even_with_validators(day: Day) -> None:
    statuses = [day.ask(second, if_none_match='"old"').status for second in range(0, 20 * HOUR, 3)]
    assert statuses[:6000].count("200 OK") == 6000
    assert 590 <= statuses[-1200:].count("200 OK") <= 610


def test_the_table_stays_small_and_whoever_falls_out_of_it_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manners, "MOST_CLIENTS", 3)
    table = Manners()
    for name in "abcde":
        table.judge(name, ADDRESS, 0.0, conditional=False)
    assert len(table._seen) == 3
    assert not table.judge("a", ADDRESS, 0.0, conditional=False).wasted
    assert table.judge("e", ADDRESS, 0.0, conditional=False).wasted


def test_no_network_is_kept_and_the_same_one_has_another_mark_each_day() -> None:
    table, marks = Manners(), []
    for day_number in (1.0, 2.0):
        table.judge("198.41.0.0/24\nReader", "abc", day_number * 86400, conditional=False)
        marks += list(table._seen)
    assert len(set(marks)) == 2
    assert b"198.41" not in b"".join(marks)
