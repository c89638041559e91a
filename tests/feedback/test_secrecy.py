"""Once voting is over nothing tells who voted what; before that, no row of this room holds a reader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from service.audience.models import Subscriber
from service.audience.retention import sweep
from service.delivery.models import Address, Message, Rendition
from service.feedback.actions import answer, close_due, open_voting
from service.feedback.models import Comment, Salt, Tally, Vote
from service.feedback.rules import VOTING_LASTS
from service.toolbox import tokens
from tests import builders
from tests.editions.desk import FRIDAY

from .letters import every_row, everything, sent

pytestmark = pytest.mark.django_db
NAMES = ("ana", "bruno", "carla", "diego")
WEEK = "edition:weekly-2026-w48-en"
Vote4 = list[tuple[int, str, bool]]
votes = st.lists(st.tuples(st.integers(0, 3), st.sampled_from("xy"), st.booleans()), max_size=12)


@pytest.fixture
def keys() -> list[str]:
    return [builders.reader(FRIDAY, name).key for name in NAMES]


def left_behind(keys: list[str], cast: Vote4) -> dict[str, list[str]]:
    """All rows there are once these readers voted so and voting closed; then undone."""
    with transaction.atomic():
        secret = open_voting(WEEK, FRIDAY)
        for reader, name, yes in cast:
            answer(WEEK, name, tokens.nameless(secret, keys[reader]), FRIDAY, yes=yes)
        close_due(FRIDAY + VOTING_LASTS)
        held = every_row()
        transaction.set_rollback(True)
    return held


def test_whoever_voted_what_the_rows_are_the_same_after_closing(keys: list[str]) -> None:
    """So no query and no join can tell. Each order of the readers is another history with the same numbers."""

    @settings(max_examples=40)
    @given(cast=votes, order=st.permutations(range(len(NAMES))))
    def told(cast: Vote4, order: list[int]) -> None:
        assert left_behind(keys, cast) == left_behind([keys[place] for place in order], cast)

    told()


def test_while_voting_is_open_no_row_of_this_room_holds_a_reader(
    sink: Any, browser: Client, at: Callable[[datetime], None]
) -> None:
    digest = sent(sink, NAMES)
    for name in NAMES:
        browser.post(f"{digest.links[name][0]}/yes", {"answer": "yes", "comment": f"From a reader of {digest.subject}"})
    rows = every_row()
    here = "\n".join(row for table, held in rows.items() if table.startswith("feedback_") for row in held)
    assert Vote.objects.count() == len(NAMES)
    for identity in [
        *Subscriber.objects.values_list("key", flat=True),
        *Address.objects.values_list("fingerprint", flat=True),
        *(f"{name}@readers.example" for name in NAMES),
    ]:
        assert identity not in here
    for name in NAMES:
        assert digest.token(name) not in everything()
    assert set(Vote.objects.values_list("nullifier", flat=True)).isdisjoint(
        Message.objects.values_list("recipient_key", flat=True)
    )


def test_no_foreign_key_leads_out_of_this_room() -> None:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for _, other in connection.introspection.get_relations(cursor, table).values():
                assert table.startswith("feedback_") == other.startswith("feedback_"), (table, other)


def test_no_vote_has_a_time_or_a_number_that_tells_its_turn() -> None:
    for model in (Vote, Tally):
        kinds = {field.get_internal_type() for field in model._meta.get_fields() if field.concrete}
        assert not {kind for kind in kinds if "Auto" in kind or "Date" in kind}
    assert Comment._meta.pk.get_internal_type() == "UUIDField"


def test_the_sweep_leaves_no_trace_of_secret_token_or_nullifier(
    sink: Any, browser: Client, at: Callable[[datetime], None]
) -> None:
    digest = sent(sink, NAMES)
    for name in NAMES:
        browser.post(f"{digest.links[name][0]}/yes", {"answer": "yes", "comment": "Thank you."})
    secret = bytes(Salt.objects.get().secret).hex()
    gone = [secret, *(digest.token(name) for name in NAMES), *Vote.objects.values_list("nullifier", flat=True)]
    assert secret in everything()
    assert Rendition.objects.exclude(salts={}).exists()
    swept = sweep(FRIDAY + timedelta(days=14))
    held = everything()
    assert swept["votings"] == 1
    assert not [trace for trace in gone if trace in held]
    assert (Salt.objects.count(), Vote.objects.count(), Tally.objects.get().yes) == (0, 0, len(NAMES))
