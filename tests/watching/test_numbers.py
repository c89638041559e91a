"""What is watched is what the rows say, and nothing about anybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from service.delivery.actions import pace, quarantine
from service.delivery.actions.plan import keep_address
from service.delivery.models import Bounce, Message
from service.delivery.rules.verdicts import ACCEPTED, adds_up
from service.feeds.actions.publish import publish_feeds
from service.watching.beats import mark
from service.watching.models import Beat
from service.watching.numbers import numbers
from service.watching.rules import Heard, Numbers
from tests import builders
from tests.delivery.mailings import crowd, opened

pytestmark = pytest.mark.django_db
A_MINUTE = timedelta(minutes=1)


def rows(told: Numbers, queue: str) -> tuple[int, timedelta]:
    owed = next(one for one in told.owed if one.queue == queue)
    return owed.rows, owed.age(told.at)


def test_an_article_is_owed_to_the_feeds_until_they_are_written(now: datetime) -> None:
    builders.article(now)
    before = numbers(now + A_MINUTE)
    publish_feeds(now + A_MINUTE)
    after = numbers(now + A_MINUTE)

    assert rows(before, "changes") == (1, A_MINUTE)
    assert (rows(after, "changes")[0], rows(after, "feeds")[0]) == (0, 0)
    assert after.feeds > 0
    assert after.feeds_built == now + A_MINUTE


def test_letters_add_up_to_what_was_frozen_while_they_leave(now: datetime) -> None:
    opened(now, crowd(8))
    opened(now, ["ana", "bruno"], key="another")
    Message.objects.filter(recipient_key__in=["reader001", "ana"]).update(state=ACCEPTED)

    told = numbers(now + A_MINUTE)

    assert (told.frozen, told.letters[ACCEPTED]) == (10, 2)
    assert adds_up(told.frozen, dict(told.letters))
    assert rows(told, "letters") == (8, A_MINUTE)


def test_complaints_are_told_as_a_share_of_the_letters_of_a_week(now: datetime) -> None:
    opened(now, crowd(20))
    address = keep_address("reader001@readers.example")
    for kind, ago in (("complaint", 1), ("hard", 2), ("hard", 9)):
        Bounce.objects.create(address=address, kind=kind, at=now - timedelta(days=ago))

    told = numbers(now)

    assert told.bounces == {"complaint": 1, "hard": 1}
    assert (told.complaint_share, told.bounce_share) == (0.05, 0.05)


def test_what_left_today_and_who_asks_for_patience_is_told(now: datetime) -> None:
    pace.charge("gmail", 7, now)
    pace.slow_down("gmail", now)

    told = numbers(now)

    assert told.sent_today == 7
    assert [(way.name, way.slowness) for way in told.ways_out] == [("all", 1), ("gmail", 2)]
    assert numbers(now + timedelta(days=1)).sent_today == 0


def test_what_waits_for_a_person_is_counted(now: datetime) -> None:
    quarantine.keep(b"From: ana@readers.example\r\n\r\nhello", "Nobody understood it.", now)

    assert numbers(now).waiting["quarantine"] == 1


def test_whoever_missed_three_turns_is_late(now: datetime) -> None:
    task = Heard("send_due", now, timedelta(seconds=10))

    assert not task.is_late(now + timedelta(seconds=90))
    assert task.is_late(now + timedelta(seconds=91))
    assert Heard("backup", None, timedelta(days=1)).is_late(now)


def test_a_task_that_runs_often_is_noted_seldom(now: datetime) -> None:
    for seconds in (0, 1, 4, 5, 7):
        mark("send_due", 10, now + timedelta(seconds=seconds))

    assert Beat.objects.get().at == now + timedelta(seconds=5)


def test_nobody_is_named_by_any_figure(now: datetime) -> None:
    opened(now, ["ana"])

    assert "@" not in repr(numbers(now))


def test_more_readers_cost_no_more_statements(now: datetime, django_assert_num_queries: Callable[..., Any]) -> None:
    opened(now, ["ana"])
    numbers(now)
    with CaptureQueriesContext(connection) as few:
        numbers(now)
    opened(now, crowd(50), key="more")

    with django_assert_num_queries(len(few)):
        numbers(now)


def test_a_disk_that_is_not_there_yet_is_that_of_its_parent(now: datetime, settings: Any, tmp_path: Path) -> None:
    settings.FEEDS_DIR = tmp_path / "not" / "made"

    assert {disk.name for disk in numbers(now).disks} == {"VAR_DIR", "FEEDS_DIR"}
