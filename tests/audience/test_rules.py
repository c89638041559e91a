from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from service.audience.models import new_key
from service.audience.rules import Choices, check, untold
from service.toolbox.errors import ServiceError

TODAY = date(2026, 11, 24)


def test_the_same_interests_are_the_same_words_in_whatever_order_they_were_chosen() -> None:
    one = Choices("en", "both", topics=("prisons", "customs"), countries=("pe", "co"))
    other = Choices("en", "both", topics=("customs", "prisons"), countries=("co", "pe"))
    assert one.interests == other.interests == "topic:customs topic:prisons country:co country:pe"


def test_a_readers_key_tells_neither_how_many_there_are_nor_who_came_first() -> None:
    keys = [new_key() for _ in range(50)]
    assert all(re.fullmatch("[0-9a-f]{32}", key) for key in keys)
    assert len({key[:8] for key in keys}) == len({key[-8:] for key in keys}) == 50
    assert keys not in (sorted(keys), sorted(keys, reverse=True))


def test_nothing_chosen_is_everything() -> None:
    assert Choices("en", "both").interests == ""


@pytest.mark.parametrize(("language", "wants"), [("fr", "weekly"), ("en", "everything"), ("", "weekly"), ("en", "")])
def test_what_there_is_not_can_not_be_chosen(language: str, wants: str) -> None:
    with pytest.raises(ServiceError, match="Choose"):
        check(Choices(language, wants), ["en", "es"], TODAY)


@pytest.mark.parametrize("days", [0, -1, 400])
def test_a_pause_ends_within_the_next_year(days: int) -> None:
    until = TODAY + timedelta(days=days)
    with pytest.raises(ServiceError, match="within the next year"):
        check(Choices("en", "weekly", paused_until=until), ["en"], TODAY)


@pytest.mark.parametrize(
    ("parts", "hidden"),
    [((900, 12), set()), ((900, 12, 9, 1), {2, 3}), ((900, 40, 2), {1, 2}), ((2, 900), {0, 1}), ((2,), {0})],
)
def test_of_parts_no_number_is_told_that_is_somebodys_or_that_leads_to_one(
    parts: tuple[int, ...], hidden: set[int]
) -> None:
    assert untold(parts) == hidden
