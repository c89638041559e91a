"""Quiet hours and turns, as values: also on the nights when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from service.editions.hours import DIGEST, LATE, Discipline, QuietHours, Waiting, turns

NIGHT = QuietHours(time(22), time(7), "America/Bogota")
KINDS = ("investigation", "news", "brief")
DAY = timedelta(days=1)


def at(zone: str, *moment: int, fold: int = 0) -> datetime:
    return datetime(*moment, fold=fold, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("hour", "quiet"),
    [((21, 59, 59), False), ((22, 0, 0), True), ((0, 0, 0), True), ((6, 59, 59), True), ((7, 0, 0), False)],
)
def test_they_begin_and_end_to_the_second(hour: tuple[int, int, int], quiet: bool) -> None:
    now = at("America/Bogota", 2026, 11, 24, *hour)
    assert (NIGHT.until(now) is not None) == quiet


def test_they_end_on_the_next_morning_or_on_this_one() -> None:
    morning = at("America/Bogota", 2026, 11, 25, 7)
    assert NIGHT.until(at("America/Bogota", 2026, 11, 24, 22)) == morning
    assert NIGHT.until(at("America/Bogota", 2026, 11, 25, 6)) == morning


def test_hours_within_one_day_do_not_pass_midnight() -> None:
    noon = QuietHours(time(12), time(14), "America/Bogota")
    assert noon.until(at("America/Bogota", 2026, 11, 24, 13)) == at("America/Bogota", 2026, 11, 24, 14)
    assert noon.until(at("America/Bogota", 2026, 11, 24, 0)) is None


@pytest.mark.parametrize(
    ("zone", "evening", "morning", "hours"),
    [
        ("Europe/Madrid", (2026, 3, 28, 22), (2026, 3, 29, 7), 8),
        ("Europe/Madrid", (2026, 10, 24, 22), (2026, 10, 25, 7), 10),
        ("America/Santiago", (2026, 9, 5, 22), (2026, 9, 6, 7), 8),
        ("America/Santiago", (2026, 4, 4, 22), (2026, 4, 5, 7), 10),
        ("America/Bogota", (2026, 3, 28, 22), (2026, 3, 29, 7), 9),
    ],
)
def test_a_night_with_a_clock_change_is_an_hour_shorter_or_longer(
    zone: str, evening: tuple[int, ...], morning: tuple[int, ...], hours: int
) -> None:
    quiet = QuietHours(time(22), time(7), zone)
    begin = at(zone, *evening)
    end = begin + timedelta(hours=hours)
    assert end == at(zone, *morning)
    assert [quiet.until(begin), quiet.until(end - timedelta(seconds=1))] == [end, end]
    assert [quiet.until(begin - timedelta(seconds=1)), quiet.until(end)] == [None, None]


def test_an_end_that_the_clock_skips_comes_when_it_would_have() -> None:
    quiet = QuietHours(time(22), time(0, 30), "America/Santiago")  # 24:00 is 1:00 on that night
    end = at("America/Santiago", 2026, 9, 6, 1, 30)
    assert quiet.until(end - timedelta(seconds=1)) == end
    assert quiet.until(end) is None


def test_an_hour_that_comes_twice_counts_the_first_time() -> None:
    quiet = QuietHours(time(22), time(2, 30), "Europe/Madrid")
    first, second = (at("Europe/Madrid", 2026, 10, 25, 2, 30, fold=fold) for fold in (0, 1))
    assert second - first == timedelta(hours=1)
    assert quiet.until(first - timedelta(seconds=1)) == first
    assert quiet.until(second - timedelta(minutes=30)) is None
    begins_twice = QuietHours(time(23, 30), time(7), "America/Santiago")
    assert begins_twice.until(at("America/Santiago", 2026, 4, 4, 23, 15, fold=1)) is not None


@given(
    some.times(),
    some.times(),
    some.sampled_from(["Europe/Madrid", "America/Santiago", "America/Bogota", "Asia/Kathmandu"]),
    some.timedeltas(timedelta(0), timedelta(days=3650)).map(lambda later: datetime(2020, 1, 1, tzinfo=UTC) + later),
)
def test_they_end_within_a_day_whatever_the_clock_does(begin: time, end: time, zone: str, now: datetime) -> None:
    quiet = QuietHours(begin, end, zone)
    until = quiet.until(now)
    assert until is None or now < until <= now + timedelta(hours=25)


def waiting(id: int, published: datetime, kind: str = "news", lasts: timedelta = DAY) -> Waiting:
    return Waiting(id, kind, published, published + lasts)


def test_what_stands_first_among_the_kinds_goes_first_and_then_the_newest(now: datetime) -> None:
    minute = timedelta(minutes=1)
    ready = [
        waiting(1, now - 3 * minute),
        waiting(2, now - 9 * minute, "investigation"),
        waiting(3, now - minute),
        waiting(4, now, "gossip"),
    ]
    told = list(turns(ready, KINDS, Discipline(every=30 * minute), None, None, now))
    assert [one.id for one in told] == [2, 3, 1, 4]
    assert [one.at - now for one in told] == [number * 30 * minute for number in range(4)]


def test_without_any_rule_all_go_now(now: datetime) -> None:
    told = turns([waiting(1, now), waiting(2, now)], KINDS, Discipline(), now, now, now)
    assert [(one.at, one.left) for one in told] == [(now, "")] * 2


def test_the_interval_ends_to_the_second(now: datetime) -> None:
    half = Discipline(every=timedelta(minutes=30))
    last = now - timedelta(minutes=30)
    assert half.opens(last, now) == now
    assert half.opens(last + timedelta(seconds=1), now) == now + timedelta(seconds=1)


def test_an_interval_that_ends_in_quiet_hours_ends_with_them() -> None:
    evening = at("America/Bogota", 2026, 11, 24, 21, 45)
    both = Discipline(NIGHT, timedelta(minutes=30))
    assert both.opens(evening, evening) == at("America/Bogota", 2026, 11, 25, 7)


@pytest.mark.parametrize(
    ("lasts", "digest", "left"),
    [
        (timedelta(hours=9, seconds=1), None, ""),
        (timedelta(hours=9), None, LATE),
        (DAY, timedelta(hours=9), DIGEST),
        (DAY, timedelta(hours=9, seconds=1), ""),
    ],
)
def test_what_comes_too_late_is_left_to_the_digest(lasts: timedelta, digest: timedelta | None, left: str) -> None:
    now = at("America/Bogota", 2026, 11, 24, 22)
    drafted = now + digest if digest else None
    told = next(turns([waiting(1, now, lasts=lasts)], KINDS, Discipline(NIGHT), None, drafted, now))
    assert (told.at, told.left) == (now + timedelta(hours=9), left)


def test_what_is_left_to_the_digest_takes_nobodys_turn() -> None:
    now = at("America/Bogota", 2026, 11, 24, 22)
    both = Discipline(NIGHT, timedelta(minutes=30))
    ready = [waiting(1, now, "investigation", timedelta(hours=1)), waiting(2, now)]
    left, goes = turns(ready, KINDS, both, None, None, now)
    assert (left.left, goes.left, goes.at) == (LATE, "", left.at)
