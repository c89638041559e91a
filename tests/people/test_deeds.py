"""The log of what was done: complete, in order, and not to be rewritten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from service.people.actions import deeds
from service.people.models import Deed

pytestmark = pytest.mark.django_db


def test_an_entry_is_chained_to_the_one_before(now: datetime) -> None:
    first, second = (_note(now) for _ in range(2))

    assert second.previous == first.digest
    assert deeds.check() == (2, second.digest)


@pytest.mark.parametrize("statement", ["UPDATE people_deed SET by = 'nobody'", "DELETE FROM people_deed"])
def test_the_database_refuses_to_change_or_delete_an_entry(now: datetime, statement: str) -> None:
    _note(now)

    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        _sql(statement)


@pytest.mark.parametrize("field", ["by", "what", "about", "noted", "outcome"])
def test_whoever_gets_round_that_is_found_out(now: datetime, field: str) -> None:
    _note(now)
    last = _note(now)
    _unguarded(Deed.objects.filter(pk=last.pk).update, **{field: "altered"})

    with pytest.raises(deeds.BrokenChain, match=f"Entry {last.pk} "):
        deeds.check()


def test_an_entry_that_was_taken_out_is_missed(now: datetime) -> None:
    _, second, third = (_note(now) for _ in range(3))
    _unguarded(second.delete)

    with pytest.raises(deeds.BrokenChain, match=f"Entry {third.pk} "):
        deeds.check()


def test_no_address_and_no_key_gets_into_the_log(now: datetime) -> None:
    typed = "maria@mail.example asked, key byline_abcdefgh_secretsecret"
    entry = deeds.note("ana", "page", now, about=typed, noted=typed, outcome=typed)

    for told in (entry.about, entry.noted, entry.outcome):
        assert told == "(address) asked, key byline_abcdefgh_(key)"


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_chain(now: datetime) -> None:
    start = Barrier(8)

    def write() -> None:
        start.wait()
        for _ in range(5):
            _note(now)
        connection.close()

    threads = [Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert deeds.check()[0] == 40


def _note(now: datetime) -> Deed:
    return deeds.note("ana", "console:edition_stop", now, about="slug=weekly-2026-w47-en", outcome=Deed.ASKED)


def _sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _unguarded(change: Callable[..., Any], **values: str) -> None:
    """As somebody would who may do anything to the database."""
    _sql("SET session_replication_role = replica")
    change(**values)
    _sql("SET session_replication_role = DEFAULT")
