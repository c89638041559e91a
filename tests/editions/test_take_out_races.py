"""A story goes while others work on the same rows, or somebody dies over it: nobody gets it who had not begun to,
and nobody goes without a letter."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from service.content.actions import holding
from service.content.actions.store import withdraw
from service.content.models import Article
from service.delivery.actions.send import send_due
from service.editions.actions import dispatch as dispatching
from service.editions.actions import take_out
from service.editions.actions.dispatch import dispatch_editions
from service.editions.models import Edition
from tests import builders
from tests.delivery.conftest import smtp  # noqa: F401
from tests.delivery.mailings import states
from tests.delivery.test_workers import Halt
from tests.delivery.threads import at_once

from .desk import FRIDAY, drafted, go, mailing_of, story
from .test_take_out import WHY, telling

pytestmark = pytest.mark.django_db(transaction=True)


def secret(readers: int) -> Article:
    """In a digest with another story, that so many are waiting for."""
    story(title="Out already", kind="investigation")
    one = story(title="The secret", url="https://cauce.example/secret/")
    for number in range(readers):
        builders.reader(FRIDAY, f"reader{number:02d}", text_only=number % 2 == 1)
    drafted().set_approved("newsroom.toml", FRIDAY, FRIDAY)
    return one


def hold(article: Article) -> None:
    take_out.hold(article, "ana", WHY, FRIDAY)


def test_held_while_a_window_is_on_the_wire_only_that_window_tells_it(smtp: Any) -> None:  # noqa: F811
    one, halt = secret(30), Halt("DOT", 8)  # the third message of the second window
    server = smtp(script=halt)
    dispatch_editions(FRIDAY)
    sending = threading.Thread(target=lambda: (send_due(FRIDAY), connection.close()))
    sending.start()
    assert halt.reached.wait(60)
    hold(one)
    halt.go_on.set()
    sending.join(60)
    go(FRIDAY)
    told = telling(server)
    assert told == sorted(told, reverse=True)
    assert (8 <= sum(told) <= 15, len(told)) == (True, 30)
    assert states(mailing_of(Edition.objects.get())) == {"accepted": 30}


def test_held_between_compiling_and_the_first_message_it_is_in_none(
    smtp: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, server, drop = secret(4), smtp(), dispatching._drop_who_left

    def late(*given: Any) -> None:
        drop(*given)
        if now_of(one).status == "published":
            hold(one)

    monkeypatch.setattr(dispatching, "_drop_who_left", late)
    dispatch_editions(FRIDAY)
    assert Edition.objects.get().state == "approved"
    go(FRIDAY)
    assert telling(server) == [False] * 4


def test_a_letter_added_this_very_moment_does_not_tell_it(
    smtp: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A reader chooses otherwise while it is sent, so a letter is compiled; the hold comes before it is kept."""
    one, server, add = secret(2), smtp(), dispatching.add_rendition
    dispatch_editions(FRIDAY)
    late_reader = builders.reader(FRIDAY, "late", appeals=False)
    monkeypatch.setattr(dispatching, "keys_changed", lambda family: {late_reader.key})

    def late(*given: Any) -> Any:
        if now_of(one).status == "published":
            hold(one)
        return add(*given)

    monkeypatch.setattr(dispatching, "add_rendition", late)
    dispatch_editions(FRIDAY)
    monkeypatch.undo()
    go(FRIDAY)
    assert telling(server) == [False] * 2
    assert mailing_of(Edition.objects.get()).renditions.count() == 3


def test_two_are_held_at_once_and_the_clock_comes_by(smtp: Any) -> None:  # noqa: F811
    one, server = secret(6), smtp()
    other = story(title="The secret too", url="https://cauce.example/secret-too/")
    Edition.objects.get().items.create(article=other, section="briefs", section_order=9, position=9)
    dispatch_editions(FRIDAY)
    at_once(lambda: hold(one), lambda: hold(other), lambda: dispatch_editions(FRIDAY))
    go(FRIDAY)
    assert telling(server) == [False] * 6


def test_held_released_and_held_by_several_at_once_it_ends_as_the_last_one_said(smtp: Any) -> None:  # noqa: F811
    one, server = secret(6), smtp()
    dispatch_editions(FRIDAY)
    hold(one)
    at_once(lambda: holding.release(one, FRIDAY), lambda: dispatch_editions(FRIDAY), lambda: send_due(FRIDAY))
    hold(one)
    go(FRIDAY)
    go(FRIDAY)
    assert not any(telling(server))
    assert states(mailing_of(Edition.objects.get())) == {"accepted": 6}


class Killed(BaseException):
    """As a process that is killed: no handler of ours hears of it."""


@contextmanager
def dying_at(statement: int) -> Iterator[list[str]]:
    """Before that one of the statements that change something: between two of them all reads see the same."""
    said: list[str] = []

    def execute(run: Callable[..., Any], sql: str, *given: Any) -> Any:
        if sql.startswith("SELECT"):
            return run(sql, *given)
        said.append(sql)
        if len(said) == statement:
            raise Killed
        return run(sql, *given)

    with connection.execute_wrapper(execute):
        yield said


@pytest.mark.parametrize("how", ["at the desk", "by the clock"])
def test_killed_at_any_statement_it_is_taken_out_all_the_same(smtp: Any, how: str) -> None:  # noqa: F811
    one = secret(3)
    dispatch_editions(FRIDAY)
    if how == "by the clock":
        withdraw(one, "", FRIDAY)
    act = (lambda: hold(one)) if how == "at the desk" else (lambda: dispatch_editions(FRIDAY))
    server, statement, ended = smtp(), 0, False
    while not ended:
        statement += 1
        server.kept.clear()
        with transaction.atomic():
            try:
                with dying_at(statement):
                    act()
                ended = True
            except Killed:
                pass
            gone = now_of(one).status != "published"
            go(FRIDAY)
            assert telling(server) == [not gone] * 3, statement
            assert states(mailing_of(Edition.objects.get())) == {"accepted": 3}
            transaction.set_rollback(True)
    assert statement > 10


def now_of(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)
