from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.editions.rules import Candidate, Hour, arrange, week, weekly_slug
from service.toolbox.errors import ServiceError

SECTIONS = ("latest-investigation", "featured", "analysis", "briefs", "organization")
DAY = datetime(2026, 11, 20, tzinfo=UTC)


@given(
    st.integers(1_577_836_800, 2_051_222_400).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.integers(0, 6),
    st.times(),
    st.sampled_from(["America/Santiago", "Europe/Madrid", "America/Bogota", "Pacific/Auckland"]),
)
def test_the_hour_struck_within_the_last_week_whatever_the_clocks_do(
    now: datetime, weekday: int, at: time, zone: str
) -> None:
    struck = Hour(weekday, at.replace(tzinfo=None, fold=0), zone).latest(now)
    assert struck <= now < struck + timedelta(days=7, hours=1)


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [(date(2026, 3, 27), 8), (date(2026, 4, 3), 7), (date(2026, 10, 23), 7), (date(2026, 10, 30), 8)],
)
def test_nine_in_madrid_is_nine_in_madrid_in_summer_and_in_winter(day: date, utc_hour: int) -> None:
    evening = datetime.combine(day, time(20), ZoneInfo("Europe/Madrid"))
    struck = Hour(4, time(9), "Europe/Madrid").latest(evening)
    assert struck == datetime.combine(day, time(utc_hour), UTC)


def test_a_digest_is_called_by_the_iso_week_of_the_local_day() -> None:
    assert weekly_slug(datetime(2026, 11, 23, 3, tzinfo=UTC), "America/Bogota", "en") == "weekly-2026-w47-en"
    assert weekly_slug(datetime(2027, 1, 2, tzinfo=UTC), "UTC", "es") == "weekly-2026-w53-es"


def test_a_named_week_is_monday_to_monday_where_the_newsroom_is() -> None:
    period = week("2014-w39", "America/Bogota")
    assert period.start == datetime(2014, 9, 22, 5, tzinfo=UTC)
    assert period.end == datetime(2014, 9, 29, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026", "w47", "2026-w60", "2026-47", ""])
def test_what_is_no_week_is_told_in_a_sentence(text: str) -> None:
    with pytest.raises(ServiceError, match="Write it like 2026-w47"):
        week(text, "UTC")


def test_the_newest_investigation_leads_and_each_story_stands_once() -> None:
    kinds = ["brief", "investigation", "investigation", "analysis", "organization", "news", "interview"]
    stories = [Candidate(str(n), kind, DAY + timedelta(hours=n)) for n, kind in enumerate(kinds)]
    places = arrange(stories, SECTIONS)
    assert [(place.section, place.id) for place in places] == [
        ("latest-investigation", "2"),
        ("featured", "6"),
        ("featured", "1"),
        ("analysis", "3"),
        ("briefs", "5"),
        ("briefs", "0"),
        ("organization", "4"),
    ]


def test_a_section_that_the_newsroom_leaves_out_loses_no_story() -> None:
    places = arrange([Candidate("1", "analysis", DAY)], ("briefs",))
    assert [(place.section, place.id) for place in places] == [("briefs", "1")]
