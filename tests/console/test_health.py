"""How the installation fares, as the desk sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.console.wordings import DISKS, QUEUES, WAITING, WORK
from service.delivery.actions.gate import suppress
from service.delivery.actions.plan import keep_address
from service.delivery.models import Bounce, Bucket, Instance
from service.editions.actions.draft import draft_now
from service.toolbox import clock
from service.watching.beats import mark
from service.watching.numbers import numbers
from service.watching.returned import by_provider, shut_out
from service.watching.rules import BACKUP, CLOCK
from tests import builders
from worker.schedule import PERIODS

from .conftest import Enter

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


def page(enter: Enter) -> str:
    return enter("reader").get("/console/health/").text


def working() -> None:
    for name, period in {**PERIODS, CLOCK: 10, BACKUP: 86400}.items():
        mark(name, period, clock.now())


def lead(text: str) -> str:
    return text.split('class="lead">')[1].split("</p>")[0]


def test_where_all_is_well_it_says_so(enter: Enter) -> None:
    working()

    told = page(enter)

    assert lead(told) == "Everything has its turn, and nothing is owed for long."
    assert "This database belongs to this installation: letters may leave." in told
    assert "No partner&#39;s key ends soon." in told
    assert 'hx-trigger="every 15s"' in told


def test_a_worker_that_was_not_heard_of_for_long_comes_first(enter: Enter) -> None:
    mark("send_due", 10, clock.now() - timedelta(hours=3))

    assert lead(page(enter)) == "Sending has missed its turn: it was last well 3 hours ago."


def test_a_copy_that_stays_silent_comes_before_everything_else(enter: Enter) -> None:
    now = clock.now()
    mark("send_due", 10, now - timedelta(hours=3))
    Instance.objects.update_or_create(pk=1, defaults={"mark": "elsewhere", "since": now})

    told = page(enter)

    assert "confirm_instance" in lead(told)
    assert "This database is a copy that nobody has confirmed: it stays silent." in told


def test_what_is_owed_for_long_is_wrong(enter: Enter) -> None:
    working()
    now = clock.now()
    builders.article(now)
    builders.reader(now)
    edition = draft_now(now + timedelta(minutes=1), "en").edition
    assert edition
    edition.set_approved("ana", now - timedelta(hours=2), now - timedelta(hours=2))

    assert "Approved letters to prepare: the oldest has waited for 2 hours." in page(enter)


def test_a_server_that_asks_for_patience_is_told_with_the_pace(enter: Enter) -> None:
    now = clock.now()
    level = {"tokens": 1, "filled_at": now, "slowed": 4, "slowed_at": now, "day": now.date(), "sent_today": 1200}
    Bucket.objects.create(name="gmail", **level)

    told = page(enter)

    assert "Gmail" in told
    assert "slowed to 1/4, as the server asked" in told
    assert "1,200" in told


def test_what_came_back_is_told_by_provider_and_of_no_domain_of_ones_own() -> None:
    now = clock.now()
    for number in range(23):
        for domain in ("gmail.com", "ana-perez.example"):
            address = keep_address(f"r{number}@{domain}")
            Bounce.objects.create(address=address, kind="hard", at=now - (number > 20) * WEEK)
    Bounce.objects.create(address=keep_address("r@outlook.com"), kind="complaint", at=now)

    told = [(one.name, one.kinds) for one in by_provider(now)]

    assert told == [
        ("", {"hard": 20, "soft": 0, "complaint": 0}),
        ("gmail", {"hard": 20, "soft": 0, "complaint": 0}),
        ("microsoft", {"hard": 0, "soft": 0, "complaint": 0}),
    ]


def test_whom_the_ledger_shuts_out_is_counted_by_week_without_those_who_left() -> None:
    now = clock.now()
    for number in range(12):
        suppress(f"{number:064d}", "hard bounce", now - WEEK)
        suppress(f"{number + 50:064d}", "unsubscribed", now)

    counts = [count for _, count in shut_out(now)]

    assert (len(counts), counts[-2:]) == (12, [10, 0])


def test_everything_that_is_watched_has_a_name_at_the_desk() -> None:
    told = numbers(clock.now())

    assert {*PERIODS, CLOCK, BACKUP} == set(WORK)
    assert {one.queue for one in told.owed} == set(QUEUES)
    assert set(told.waiting) == set(WAITING)
    assert {one.name for one in told.disks} <= set(DISKS)
