from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.editions.rules import Candidate, Hour, arrange, week, weekly_slug
from service.newsroom.rules import KINDS, SECTIONS
from service.toolbox.errors import ServiceError

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
hours = st.builds(
    Hour,
    st.integers(0, 6),
    st.times(),
    st.sampled_from(["America/Santiago", "Europe/Madrid", "America/Bogota", "UTC", "Australia/Lord_Howe"]),
)
moments = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
candidates = st.lists(
    st.builds(Candidate, st.uuids().map(str), st.sampled_from(KINDS), moments),
    max_size=12,
    unique_by=lambda one: one.id,
)


@given(hours, moments)
def test_the_hour_struck_within_the_last_week(hour: Hour, now: datetime) -> None:
    struck = hour.latest(now)
    assert struck <= now < struck + timedelta(days=7, hours=1)


@given(hours, moments)
def test_it_strikes_on_its_day_at_its_time_but_for_a_skipped_hour(hour: Hour, now: datetime) -> None:
    local = hour.latest(now).astimezone(ZoneInfo(hour.zone))
    late = datetime.combine(local, local.time()) - datetime.combine(local, hour.at)
    assert local.weekday() == hour.weekday
    assert late in (timedelta(0), timedelta(hours=1), timedelta(minutes=30))


@given(hours, moments)
def test_between_two_strikes_the_answer_stays_the_same(hour: Hour, now: datetime) -> None:
    struck = hour.latest(now)
    assert hour.latest(struck) == struck
    assert hour.latest(struck - timedelta(microseconds=1)) < struck
    assert hour.latest(struck + timedelta(days=6, hours=22)) == struck


@pytest.mark.parametrize(
    ("zone", "weekday", "at", "now", "struck"),
    [
        ("America/Santiago", 6, time(0, 30), "2026-09-06T12:00Z", "2026-09-06T04:30Z"),  # skipped: clocks go on at 0:00
        ("Europe/Madrid", 6, time(2, 30), "2026-03-29T12:00Z", "2026-03-29T01:30Z"),  # skipped
        ("Europe/Madrid", 6, time(2, 30), "2026-10-25T12:00Z", "2026-10-25T00:30Z"),  # comes twice
        ("Europe/Madrid", 4, time(9, 0), "2026-07-03T07:00Z", "2026-07-03T07:00Z"),
        ("Europe/Madrid", 4, time(9, 0), "2026-07-03T06:59Z", "2026-06-26T07:00Z"),
        ("Europe/Madrid", 4, time(9, 0), "2026-12-04T08:00Z", "2026-12-04T08:00Z"),
        ("America/Santiago", 4, time(9, 0), "2026-12-04T12:00Z", "2026-12-04T12:00Z"),
        ("America/Santiago", 4, time(9, 0), "2026-07-03T13:00Z", "2026-07-03T13:00Z"),
    ],
)
def test_clock_changes_move_nothing_for_readers(zone: str, weekday: int, at: time, now: str, struck: str) -> None:
    assert Hour(weekday, at, zone).latest(datetime.fromisoformat(now)) == datetime.fromisoformat(struck)


def test_a_week_is_called_by_its_local_day() -> None:
    sunday_night = datetime(2026, 11, 23, 3, tzinfo=UTC)
    assert weekly_slug(sunday_night, "America/Bogota", "en") == "weekly-2026-w47-en"
    assert weekly_slug(sunday_night, "UTC", "en") == "weekly-2026-w48-en"
    assert weekly_slug(datetime(2027, 1, 2, tzinfo=UTC), "UTC", "es") == "weekly-2026-w53-es"


def test_a_named_week_runs_from_monday_to_monday_where_the_newsroom_is() -> None:
    period = week("2014-W39", "America/Bogota")
    assert period.start == datetime(2014, 9, 22, 5, tzinfo=UTC)
    assert period.end - period.start == timedelta(days=7)


@pytest.mark.parametrize("named", ["", "2014", "2014-39", "2014-w00", "2014-w54", "2021-w53", "0000-w01", "2014-w39 "])
def test_what_is_no_week_gets_a_sentence(named: str) -> None:
    with pytest.raises(ServiceError, match="Write it like 2026-w47"):
        week(named, "America/Bogota")


@given(candidates, st.lists(st.sampled_from(SECTIONS), unique=True))
def test_each_story_stands_in_one_place(stories: list[Candidate], sections: list[str]) -> None:
    places = arrange(stories, sections)
    assert sorted(place.id for place in places) == sorted(one.id for one in stories)
    order = [*sections, "briefs"]
    assert [order.index(place.section) for place in places] == sorted(order.index(place.section) for place in places)


@given(candidates)
def test_within_a_section_the_newest_is_first(stories: list[Candidate]) -> None:
    published = {one.id: one.published for one in stories}
    places = arrange(stories, SECTIONS)
    for one, other in pairwise(places):
        assert one.section != other.section or published[one.id] >= published[other.id]


def test_the_newest_investigation_leads_and_kinds_find_their_sections() -> None:
    kinds = ["brief", "news", "analysis", "investigation", "investigation", "interview", "organization"]
    stories = [Candidate(f"{at}-{kind}", kind, NOW + timedelta(hours=at)) for at, kind in enumerate(kinds)]
    assert [(place.section, place.id) for place in arrange(stories, SECTIONS)] == [
        ("latest-investigation", "4-investigation"),
        ("featured", "5-interview"),
        ("featured", "3-investigation"),
        ("analysis", "2-analysis"),
        ("briefs", "1-news"),
        ("briefs", "0-brief"),
        ("organization", "6-organization"),
    ]


def test_a_section_left_out_loses_no_story() -> None:
    stories = [Candidate("a", "investigation", NOW), Candidate("b", "analysis", NOW)]
    assert [(place.section, place.id) for place in arrange(stories, ["featured"])] == [
        ("featured", "a"),
        ("briefs", "b"),
    ]
