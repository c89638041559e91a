"""One vote a reader and story, while voting is open, and numbers that stay."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.feedback.actions import TooMany, answer, answer_openly, close_due, is_open, most_helpful, open_voting
from service.feedback.models import Comment, Salt, Tally, Vote
from service.feedback.rules import MOST_A_MINUTE, VOTING_LASTS
from service.toolbox import tokens
from tests.delivery.threads import at_once

pytestmark = pytest.mark.django_db
WEEK = "edition:weekly-2026-w48-en"
MINUTE = timedelta(minutes=1)


def counts() -> dict[str, tuple[int, int]]:
    return {row.key: (row.yes, row.no) for row in Tally.objects.all()}


def vote(secret: bytes, reader: str, now: datetime, *, yes: bool, name: str = "mines") -> bool:
    return answer(WEEK, name, tokens.nameless(secret, reader), now, yes=yes)


def test_the_salt_is_random_and_stays_the_same_while_voting_is_open(now: datetime) -> None:
    first, other = open_voting(WEEK, now), open_voting("edition:another", now)
    assert open_voting(WEEK, now + MINUTE) == first
    assert len(first) == len(other) == 32
    assert first != other


def test_each_reader_has_one_vote_a_story_and_may_change_it(now: datetime) -> None:
    secret = open_voting(WEEK, now)
    for yes in (True, True, False, False, True, False):
        vote(secret, "ana", now, yes=yes)
    vote(secret, "bruno", now, yes=True)
    vote(secret, "ana", now, yes=True, name="ports")
    assert counts() == {f"{WEEK}#mines": (1, 1), f"{WEEK}#ports": (1, 0)}
    assert Vote.objects.count() == 3


@given(cast=st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xy"), st.booleans()), max_size=25))
def test_the_numbers_are_everybodys_last_words(cast: list[tuple[str, str, bool]]) -> None:
    now = datetime.fromisoformat("2026-11-27T14:00:00+00:00")
    Salt.objects.all().delete()
    Tally.objects.all().delete()
    secret = open_voting(WEEK, now)
    for reader, name, yes in cast:
        vote(secret, reader, now, yes=yes, name=name)
    last = {(reader, name): yes for reader, name, yes in cast}
    for name in "xy":
        said = [yes for (_, about), yes in last.items() if about == name]
        told = counts().get(f"{WEEK}#{name}", (0, 0))
        assert told == (said.count(True), said.count(False))


@pytest.mark.django_db(transaction=True)
def test_the_same_vote_many_times_at_once_is_one(now: datetime) -> None:
    secret = open_voting(WEEK, now)
    at_once(*[lambda: vote(secret, "ana", now, yes=True)] * 4)
    assert counts() == {f"{WEEK}#mines": (1, 0)}


@pytest.mark.parametrize("token", ["x", "", "é", "A" * 32, "=" * 32])
def test_a_token_that_nobody_was_given_is_taken_and_counts_nothing(now: datetime, token: str) -> None:
    open_voting(WEEK, now)
    assert answer(WEEK, "mines", token, now, yes=True, comment="Buy pills")
    assert answer(WEEK, "mines", tokens.nameless(b"another secret", "ana"), now, yes=True)
    assert (counts(), Vote.objects.count()) == ({}, 0)


def test_voting_ends_after_two_weeks_also_where_nothing_swept(now: datetime) -> None:
    secret = open_voting(WEEK, now)
    end = now + VOTING_LASTS
    assert timedelta(days=14) == VOTING_LASTS
    assert vote(secret, "ana", end - MINUTE, yes=True)
    assert not answer(WEEK, "mines", tokens.nameless(secret, "bruno"), end, yes=True, comment="Late")
    assert not Comment.objects.exists()
    assert not is_open(WEEK, end)
    assert counts() == {f"{WEEK}#mines": (1, 0)}


def test_closing_leaves_numbers_alone_and_touches_no_other_voting(now: datetime) -> None:
    secret = open_voting(WEEK, now)
    vote(secret, "ana", now, yes=True)
    open_voting("edition:next", now + timedelta(days=7))
    assert close_due(now + VOTING_LASTS - MINUTE) == 0
    assert close_due(now + VOTING_LASTS) == 1
    assert list(Salt.objects.values_list("subject", flat=True)) == ["edition:next"]
    assert (counts(), Vote.objects.count()) == ({f"{WEEK}#mines": (1, 0)}, 0)


def test_through_the_open_door_come_so_many_a_minute(now: datetime) -> None:
    for _ in range(MOST_A_MINUTE):
        answer_openly("republish", "mines", now, yes=True)
    with pytest.raises(TooMany):
        answer_openly("republish", "ports", now, yes=True)
    answer_openly("republish", "mines", now + MINUTE, yes=False)
    assert counts() == {"republish#mines": (MOST_A_MINUTE, 1)}


def test_most_helpful_knows_one_edition_from_another(now: datetime) -> None:
    Tally.objects.create(key=f"{WEEK}#mines", yes=9, no=1)
    Tally.objects.create(key=f"{WEEK}#ports", yes=5, no=5)
    Tally.objects.create(key=f"{WEEK}#few", yes=9, no=0)
    Tally.objects.create(key=f"{WEEK}x#other", yes=90, no=0)
    assert most_helpful(WEEK) == ["mines"]
