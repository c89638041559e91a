"""What a reader chose leads their digest, and letters stay few however many readers choose what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.audience.actions import choose
from service.audience.rules import Choices
from service.editions.actions.dispatch import dispatch_editions
from service.editions.segments import MOST_NUMBERS, NOTHING, Segment, numbers, segment
from service.toolbox import tokens
from tests import builders
from tests.delivery.mailings import states

from .desk import FRIDAY, approved, go, mailing_of, story

pytestmark = pytest.mark.django_db


@pytest.fixture
def letters(sink: Any) -> Iterator[Any]:
    """The text of the digest that each reader got."""

    def read() -> dict[str, str]:
        got = [letter for letter in builders.letters(sink.folder) if letter["List-Id"]]
        return {letter["To"].partition("@")[0]: builders.part(letter, "plain") for letter in got}

    yield read


def week() -> None:
    story(title="About prisons", topics=("prisons",), countries=("EC",), kind="brief")
    story(title="About mines", topics=("illegal-mining",), countries=("BO",), kind="brief")
    story(title="More of gold", topics=("illegal-mining",), countries=("BO",), kind="brief")
    story(title="About ports", topics=("customs",), countries=("PE",), kind="brief")


def order(text: str) -> list[str]:
    found = {name: text.find(f"ABOUT {name.upper()}") for name in ("prisons", "mines", "ports")}
    return sorted((name for name, at in found.items() if at >= 0), key=lambda name: found[name])


def test_what_a_reader_chose_leads_and_the_rest_follows(letters: Any) -> None:
    week()
    builders.reader(FRIDAY, "all")
    builders.reader(FRIDAY, "mines", interests="topic:illegal-mining")
    builders.reader(FRIDAY, "peru", interests="country:pe")
    approved()
    go(FRIDAY)
    got = letters()
    assert order(got["mines"])[0] == "mines"
    assert order(got["peru"])[0] == "ports"
    assert "WHAT YOU CHOSE" in got["mines"]
    assert {len(order(text)) for text in got.values()} == {3}
    assert "WHAT YOU CHOSE" not in got["all"]


def test_with_nothing_that_a_reader_chose_they_get_no_letter(letters: Any) -> None:
    week()
    builders.reader(FRIDAY, "ana")
    builders.reader(FRIDAY, "cyber", interests="topic:cybercrime")
    edition = approved()
    go(FRIDAY)
    assert set(letters()) == {"ana"}
    mailing = mailing_of(edition)
    assert (mailing.candidates, mailing.excluded) == (2, {"chose other subjects": 1})


def test_readers_who_match_the_same_stories_share_a_letter() -> None:
    week()
    builders.reader(FRIDAY, "one", interests="topic:illegal-mining")
    builders.reader(FRIDAY, "two", interests="topic:illegal-mining topic:cybercrime")
    builders.reader(FRIDAY, "three", interests="country:bo")
    edition = approved()
    dispatch_editions(FRIDAY)
    assert mailing_of(edition).renditions.count() == 1


def test_during_a_pause_nothing_comes_and_afterwards_it_does_again(letters: Any) -> None:
    week()
    builders.reader(FRIDAY, "away", paused_until=FRIDAY.date().replace(day=28))
    builders.reader(FRIDAY, "back", paused_until=FRIDAY.date())
    approved()
    go(FRIDAY)
    assert set(letters()) == {"back"}


def test_text_only_and_without_donation_calls_as_chosen(sink: Any) -> None:
    week()
    builders.reader(FRIDAY, "plain", text_only=True, appeals=False)
    approved()
    go(FRIDAY)
    (letter,) = [one for one in builders.letters(sink.folder) if one["List-Id"]]
    assert letter.get_body(("html",)) is None
    assert "Support Cauce" not in builders.part(letter, "plain")


def test_stories_of_another_language_alone_stand_marked_at_the_end_for_whoever_wants_them(letters: Any) -> None:
    week()
    story(title="Solo en español", language="es")
    story(title="Both", language="en", translation="pair")
    story(title="Ambos", language="es", translation="pair")
    builders.reader(FRIDAY, "one")
    builders.reader(FRIDAY, "two", both_languages=True)
    approved()
    go(FRIDAY)
    got = letters()
    assert "SOLO EN ESPAÑOL" in got["two"]
    assert "Spanish" in got["two"].partition("SOLO EN ESPAÑOL")[2][:40]
    assert "AMBOS" not in got["two"]
    assert "SOLO EN" not in got["one"]


def test_who_changes_to_a_choice_that_nobody_had_still_gets_a_letter(letters: Any) -> None:
    week()
    reader = builders.reader(FRIDAY, "ana")
    edition = approved()
    dispatch_editions(FRIDAY)
    wanted = Choices("en", "both", topics=("customs",), text_only=True)
    choose(tokens.sign("preferences", reader.key), wanted, FRIDAY)
    go(FRIDAY)
    go(FRIDAY)
    assert order(letters()["ana"])[0] == "ports"
    assert states(mailing_of(edition)) == {"accepted": 1}


subjects = st.frozensets(st.sampled_from("abcdefgh"), max_size=3)
choices = st.dictionaries(
    st.lists(st.sampled_from("abcdefghxyz"), min_size=1, max_size=4).map(" ".join), st.integers(1, 9), max_size=60
)


@given(readers=choices, told=st.lists(subjects, min_size=1, max_size=8))
def test_letters_stay_few_and_nobody_gets_one_without_a_story_of_theirs(
    readers: dict[str, int], told: list[frozenset[str]]
) -> None:
    given_numbers = numbers(readers, told, {})
    assert len({number for number in given_numbers.values() if number > 0}) <= MOST_NUMBERS
    for interests, number in given_numbers.items():
        about = any(set(interests.split()) & one for one in told)
        assert (number == NOTHING) == (not about)


@given(
    st.builds(
        Segment,
        st.sampled_from(["html", "text", "quiet"]),
        st.sampled_from(["ask", "link", "thanks", "plain"]),
        st.booleans(),
        st.integers(0, MOST_NUMBERS),
        st.sampled_from(["", "es"]),
    )
)
def test_a_segments_key_says_all_of_it(one: Segment) -> None:
    assert segment(one.key) == one
