from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.feedback.rules import FEWEST_TOLD, Answers, most_useful, tidy

answers = st.lists(
    st.builds(Answers, st.text("abcdef", min_size=1, max_size=6), st.integers(0, 30), st.integers(0, 30)),
    unique_by=lambda one: one.name,
)


@given(yes=st.integers(0, 40), no=st.integers(0, 40))
def test_nothing_is_told_of_fewer_than_ten(yes: int, no: int) -> None:
    told = Answers("x", yes, no).sentence
    assert (told == "fewer than ten") == (yes + no < 10)
    assert told in ("fewer than ten", f"{yes} of {yes + no} said yes")


@given(answers)
def test_useful_is_what_ten_answered_and_three_in_five_liked(given_answers: list[Answers]) -> None:
    found = most_useful(given_answers)
    fit = {one.name: one for one in given_answers if one.total >= FEWEST_TOLD and one.yes * 5 >= one.total * 3}
    assert len(found) == min(3, len(fit))
    assert set(found) <= set(fit)
    shares = [fit[name].share for name in found]
    assert shares == sorted(shares, reverse=True)
    assert all(fit[name].share <= shares[-1] for name in set(fit) - set(found))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  a\r\nb \x00\x07\u202ec\t", "a\nb c"), ("\r\r", ""), ("<b>x</b>", "<b>x</b>"), ("ñandú 🙂", "ñandú 🙂")],
)
def test_a_comment_is_plain_text(typed: str, kept: str) -> None:
    assert tidy(typed) == kept
