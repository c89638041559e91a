from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.delivery.rules.minutes import MOST_BARS, pace
from tests.conftest import NOW

MINUTES = st.dictionaries(st.integers(0, 60 * 24 * 3), st.integers(1, 1000))


def test_a_quick_letter_is_told_by_the_minute_with_its_gaps():
    told = pace({NOW: 5, NOW + timedelta(minutes=2): 7})

    assert [count for _, count in told.bars] == [5, 0, 7]


@given(MINUTES)
def test_however_long_it_took_bars_are_few_and_none_is_lost(per_minute: dict[int, int]):
    told = pace({NOW + timedelta(minutes=minute): count for minute, count in per_minute.items()})

    assert len(told.bars) <= MOST_BARS
    assert sum(count for _, count in told.bars) == sum(per_minute.values())
