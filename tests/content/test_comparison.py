"""What changed between two versions of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.content.rules.comparison import ADDED, CHANGED, KEPT, REMOVED, Paragraph, compare, words

TEXTS = st.lists(st.sampled_from(["a b c d", "a b c e", "x y z", "q", "a b c d e f"]), max_size=8)


def test_a_changed_word_is_shown_in_its_paragraph() -> None:
    old = ["It began in 2019.", "The state lost 3 million in the port.", "He denies it."]
    new = ["It began in 2019.", "The state lost 5 million in the port.", "He denies it."]
    found = compare(old, new)
    assert [one.state for one in found] == [KEPT, CHANGED, KEPT]
    assert [(one.state, one.text) for one in words(found[1])] == [
        (KEPT, "The state lost "),
        (REMOVED, "3"),
        (ADDED, "5"),
        (KEPT, " million in the port."),
    ]


@pytest.mark.parametrize(
    ("old", "new", "states"),
    [
        (["One."], ["One.", "Two words more."], [KEPT, ADDED]),
        (["One.", "Two words more."], ["One."], [KEPT, REMOVED]),
        (["The first text."], ["Nothing alike whatsoever."], [REMOVED, ADDED]),
        ([], ["One."], [ADDED]),
        (["One."], [], [REMOVED]),
    ],
)
def test_a_paragraph_came_or_went(old: list[str], new: list[str], states: list[str]) -> None:
    assert [one.state for one in compare(old, new)] == states


@given(TEXTS, TEXTS)
def test_both_texts_stand_whole_in_what_is_told(old: list[str], new: list[str]) -> None:
    found = compare(old, new)
    assert [one.old for one in found if one.state != ADDED] == old
    assert [one.new for one in found if one.state != REMOVED] == new
    assert all((one.old == one.new) == (one.state == KEPT) for one in found)


@given(st.text(), st.text())
def test_both_paragraphs_stand_whole_in_their_words(old: str, new: str) -> None:
    told = words(Paragraph(CHANGED, old, new))
    assert "".join(one.text for one in told if one.state != ADDED) == old
    assert "".join(one.text for one in told if one.state != REMOVED) == new
