"""Which call stands where, whom it asks, and what may be told of gifts: decided from values."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.appeals.rules.asking import (
    ASK,
    LINK,
    PLAIN,
    THANKS,
    Facts,
    asked_since,
    may_be_asked_from,
    monday,
    reasons,
    thanked_until,
    verdict,
)
from service.appeals.rules.calling import END, MIDDLE, TOP, Running, choose, said_by, spot
from service.appeals.rules.gifts import FEWEST_TOLD, BadGift, Sum, Told, gathered, read
from service.newsroom.rules import Ask

STANDING = Ask("Default.", "Give", "https://cauce.example/donate/")
DAY = date(2026, 11, 24)


def running(name: str, starts: date | None = None, ends: date | None = None, asks: bool = True) -> Running:
    return Running(name, Ask(name, "Give", "https://cauce.example/") if asks else None, TOP, False, starts, ends)


def test_without_a_campaign_the_standing_call_is_shown() -> None:
    assert choose([], DAY, STANDING).ask == STANDING
    assert choose([running("A", asks=False)], DAY, STANDING).ask == STANDING


def test_a_campaign_runs_from_its_first_day_to_its_last() -> None:
    one = [running("A", DAY, DAY)]
    told = [choose(one, DAY + timedelta(days=days), STANDING).campaign for days in (-1, 0, 1)]
    assert told == ["", "A", ""]


def test_of_two_that_run_the_one_that_began_last_is_shown() -> None:
    year, day = running("year", DAY - timedelta(days=30)), running("day", DAY, DAY)
    for both in ([year, day], [day, year]):
        assert choose(both, DAY, STANDING).campaign == "day"
        assert choose(both, DAY + timedelta(days=1), STANDING).campaign == "year"
    assert choose([running("A"), running("B")], DAY, STANDING).campaign == "B"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://cauce.example/donate/", "https://cauce.example/donate/?from=weekly-2026-w48-en"),
        ("https://cauce.example/?page=4#now", "https://cauce.example/?page=4&from=weekly-2026-w48-en#now"),
    ],
)
def test_the_link_says_which_letter_and_nothing_else(url: str, told: str) -> None:
    assert said_by(Ask("x", "x", url), "weekly-2026-w48-en").url == told


@pytest.mark.parametrize(
    ("marks", "placement", "at"),
    [
        ("....", TOP, 0),
        ("....", MIDDLE, 1),
        ("....", END, 4),
        ("x...", TOP, 1),
        (".x..", TOP, 2),
        ("...x", END, 1),
        ("x.x.", TOP, 3),
        (".x.x", TOP, None),
        ("x", TOP, None),
        ("", TOP, 0),
    ],
)
def test_a_call_stands_beside_no_marked_story(marks: str, placement: str, at: int | None) -> None:
    assert spot([one == "x" for one in marks], len(marks), placement) == at


@given(st.lists(st.booleans(), max_size=12), st.integers(0, 12), st.sampled_from([TOP, MIDDLE, END]))
def test_wherever_it_stands_its_neighbours_are_free(marked: list[bool], own: int, placement: str) -> None:
    own = min(own, len(marked))
    at = spot(marked, own, placement)
    if at is not None:
        beside = marked[-1:] if at == own else marked[at : at + 2]
        assert not any(beside)


def test_nobody_is_asked_twice_in_any_so_many_weeks_running() -> None:
    for every in (1, 2, 4, 52):
        asked = monday(DAY)
        again = may_be_asked_from(asked, every)
        days = [day for day in (DAY + timedelta(days=number) for number in range(400)) if day < again]
        assert all(asked >= asked_since(day, every) for day in days if day >= asked)
        assert asked < asked_since(again, every)
        assert again - asked == timedelta(weeks=every)


def test_thanks_last_to_a_months_first_day_and_tell_no_day_of_a_gift() -> None:
    assert thanked_until(date(2026, 11, 1), 12) == thanked_until(date(2026, 11, 30), 12) == date(2027, 12, 1)
    assert thanked_until(date(2026, 12, 31), 0) == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (Facts(), ASK),
        (Facts(takes_calls=False, thanks_until=date(2027, 1, 1)), PLAIN),
        (Facts(quiet=True, thanks_until=date(2027, 1, 1)), PLAIN),
        (Facts(thanks_until=date(2027, 1, 1), asked_in=monday(DAY)), THANKS),
        (Facts(thanks_until=DAY), ASK),
        (Facts(asked_in=monday(DAY)), LINK),
        (Facts(asked_in=monday(DAY) - timedelta(weeks=4)), ASK),
        (Facts(takes_calls=False, asked_in=monday(DAY)), PLAIN),
        (Facts(silenced=True), PLAIN),
        (Facts(crowded=True, thanks_until=date(2027, 1, 1)), PLAIN),
        (Facts(under_way=True), LINK),
    ],
)
def test_each_rule_tells_why_and_the_first_that_is_against_it_decides(facts: Facts, told: str) -> None:
    one = reasons(facts, DAY, 4)
    assert len({reason.rule for reason in one}) == 7
    assert verdict(one) == told


def gift(**changes: str) -> Told:
    return Told(**{"reference": "ch_1", "amount": "25", "currency": "usd", "day": "2026-11-20", **changes})


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("25", "25"),
        ("25.5", "25.5"),
        ("25,50", "25.50"),
        ("1,250.00", "1250.00"),
        ("1.250,00", "1250.00"),
        ("1,250", "1250"),
        ("12.345.678", None),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, amount: str | None) -> None:
    if amount is None:
        with pytest.raises(BadGift):
            read(gift(amount=text), DAY)
    else:
        assert read(gift(amount=text), DAY).amount == Decimal(amount)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reference": " "}, "no id"),
        ({"amount": "ten"}, "The amount is 'ten'; write it like 25"),
        ({"amount": "-25"}, "a refund"),
        ({"amount": "0"}, "nothing, or more than ten million"),
        ({"amount": "ana@readers.example"}, "The amount is not readable"),
        ({"currency": "$"}, "three letters, like USD"),
        ({"day": "20/11/2026"}, "write it like 2026-11-24"),
        ({"day": "2026-12-01"}, "still to come"),
        ({"day": ""}, "The date is missing"),
    ],
)
def test_what_is_no_gift_is_told_in_a_sentence(changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadGift, match=sentence):
        read(gift(**changes), DAY)


def test_no_sum_of_a_few_gifts_is_told_and_none_can_be_subtracted() -> None:
    few, many = FEWEST_TOLD - 1, FEWEST_TOLD
    told = gathered(
        [
            Sum("w1", "boat", "USD", many, Decimal(100)),
            Sum("w2", "boat", "USD", few, Decimal(90)),
            Sum("w3", "boat", "USD", 1, Decimal(500)),
            Sum("w4", "", "USD", few, Decimal(9)),
            Sum("w1", "boat", "EUR", few, Decimal(8)),
        ]
    )
    assert [(one.origin, one.count, one.amount) for one in told] == [
        (None, few + 1, Decimal(590)),
        ("w1", many, Decimal(100)),
    ]
