"""No more leaves than was set, whoever works beside; what waits says what for; alerts go first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from service.delivery.actions.pace import charge
from service.delivery.actions.plan import Recipient, freeze, keep_address, plan
from service.delivery.actions.progress import progress
from service.delivery.actions.send import send_due
from service.delivery.models import Batch, Bucket, Mailing
from service.delivery.rules.pace import BURST_SECONDS, RECOVERS_EVERY, SLOWEST, Level
from tests.conftest import NOW

from .mailings import crowd, opened, planned, states
from .threads import at_once

pytestmark = pytest.mark.django_db


def at_gmail(now: datetime, count: int, key: str = "week", priority: int = 5) -> Mailing:
    mailing = planned(now, [], key)
    Mailing.objects.filter(pk=mailing.pk).update(priority=priority)
    readers = [Recipient(f"{key}{n}", keep_address(f"{key}{n}@gmail.com").pk) for n in range(count)]
    plan(mailing, readers, now)
    freeze(mailing, now)
    mailing.refresh_from_db()
    return mailing


def test_no_more_leaves_in_a_minute_than_was_set(now: datetime, smtp: Any, settings: Any) -> None:
    settings.MAIL_PER_MINUTE = 60
    server, mailing = smtp(), opened(now, crowd(100))
    for second in range(60):
        send_due(now + timedelta(seconds=second))
        assert len(server.kept) <= BURST_SECONDS + second + 1
    assert 60 <= states(mailing)["accepted"] < 75


def test_a_large_providers_domains_share_one_pace_and_nobody_else_waits(
    now: datetime, smtp: Any, settings: Any
) -> None:
    settings.MAIL_PER_MINUTE_PER_PROVIDER = 60
    server, mailing = smtp(), planned(now, crowd(30))
    people = [f"g{n}@{domain}" for n in range(20) for domain in ("gmail.com", "googlemail.com")]
    plan(mailing, [Recipient(one, keep_address(one).pk) for one in people], now)
    freeze(mailing, now)
    send_due(now)
    kept = [one.recipient.partition("@")[2] for one in server.kept]
    assert kept.count("readers.example") == 30
    assert kept.count("gmail.com") + kept.count("googlemail.com") == BURST_SECONDS
    assert progress(mailing, now).waiting == {"pace gmail": 30}


def test_a_young_domain_stops_at_its_daily_ceiling_and_goes_on_the_next_day(
    now: datetime, smtp: Any, settings: Any
) -> None:
    settings.MAIL_PER_DAY = 30
    _, mailing = smtp(), opened(now, crowd(50))
    send_due(now)
    send_due(now + timedelta(hours=8))
    assert states(mailing) == {"accepted": 30, "queued": 20}
    assert progress(mailing, now).waiting == {"daily ceiling": 20}
    send_due(now.replace(hour=0) + timedelta(days=1, seconds=1))
    assert states(mailing) == {"accepted": 50}


def test_a_server_that_asks_for_patience_is_given_it(now: datetime, smtp: Any, settings: Any) -> None:
    def script(step: str, count: int) -> str | None:
        return "421 4.7.28 unusual rate of mail" if step == "DOT" and count == 5 else None

    settings.MAIL_PER_MINUTE_PER_PROVIDER = 6000
    smtp(script=script)
    at_gmail(now, 40)
    send_due(now)
    bucket = Level(6000, 0, now, *_slowed("gmail"))
    assert bucket.rate(now) == pytest.approx(50, rel=0.01)
    assert bucket.rate(now + 2 * RECOVERS_EVERY) == 100


def _slowed(name: str) -> tuple[float, datetime | None]:
    row = Bucket.objects.get(name=name)
    return row.slowed, row.slowed_at


def test_what_is_urgent_does_not_wait_for_a_pace_that_a_digest_used_up(now: datetime, smtp: Any, settings: Any) -> None:
    settings.MAIL_PER_MINUTE_PER_PROVIDER = 60
    smtp()
    digest = at_gmail(now, 40, "digest")
    send_due(now)
    alert = at_gmail(now, 25, "alert", priority=1)
    send_due(now)
    assert states(alert) == {"accepted": 25}
    assert states(digest) == {"accepted": BURST_SECONDS, "queued": 40 - BURST_SECONDS}


def test_two_digests_take_turns(now: datetime, smtp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.delivery.actions.bulk.BATCH", 5)
    server = smtp()
    first, second = opened(now, crowd(30), "first"), planned(now, [], "second")
    plan(second, [Recipient(f"s{n}", keep_address(f"s{n}@readers.example").pk) for n in range(30)], now)
    freeze(second, now)
    send_due(now, stopped=lambda: len(server.kept) >= 30)
    assert states(first)["accepted"] == states(second)["accepted"] == 15


def test_an_alert_breaks_into_a_batch_that_is_under_way(
    now: datetime, smtp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.delivery.actions.handover._LOOKS_EVERY_SECONDS", 0)
    server = smtp()
    opened(now, crowd(60))
    alert = planned(now, ["zoe"], "alert")

    def stopped() -> bool:
        if len(server.kept) == 3 and not alert.frozen:
            Mailing.objects.filter(pk=alert.pk).update(priority=1)
            alert.frozen = freeze(alert, now)
        return False

    send_due(now, stopped=stopped)
    assert [one.recipient for one in server.kept].index("zoe@readers.example") <= 10


@pytest.mark.django_db(transaction=True)
def test_many_workers_together_keep_to_one_pace(now: datetime, settings: Any) -> None:
    settings.MAIL_PER_MINUTE = 600
    charge("", 1, now)
    granted = at_once(*[lambda: charge("", 30, now).count] * 8)
    assert sum(granted) == 600 / 60 * BURST_SECONDS - 1


@given(st.floats(1, SLOWEST), st.integers(0, 6000), st.floats(0, 7200))
def test_it_only_ever_recovers(slowed: float, per_minute: int, seconds: float) -> None:
    level = Level(per_minute, 0, NOW, slowed, NOW)
    later = NOW + timedelta(seconds=seconds)
    assert 1 <= level.slowness(later) <= slowed
    assert not per_minute or level.rate(later) <= per_minute / 60


HOURS = st.floats(-2, 2).map(lambda hours: timedelta(hours=hours))


@given(jumps=st.lists(HOURS, min_size=1, max_size=4), slowed=st.floats(1, SLOWEST))
def test_however_the_clock_jumps_nobody_waits_for_longer_than_the_pace_says(
    jumps: list[timedelta], slowed: float
) -> None:
    level = Level(60, 0, NOW, slowed, NOW)
    for jump in jumps:
        now = level.filled_at + jump
        level = Level(60, level.filled(now) - 1, level.looked_at(now), slowed, NOW)
        assert level.wait(now) <= timedelta(seconds=(1 + len(jumps)) * SLOWEST)
        assert level.filled(now + level.wait(now)) > 0.999
        assert level.rate(now) >= 1 / SLOWEST


def test_set_back_by_two_hours_the_clock_holds_up_no_mail(now: datetime, smtp: Any, settings: Any) -> None:
    settings.MAIL_PER_MINUTE_PER_PROVIDER = 60
    smtp()
    at_gmail(now, 10, "before")
    send_due(now + timedelta(hours=2))
    after = at_gmail(now, 30, "after")
    for second in range(25):
        send_due(now + timedelta(seconds=second))
    assert states(after) == {"accepted": 30}


def test_workers_whose_clocks_differ_at_midnight_keep_to_one_ceiling(now: datetime, settings: Any) -> None:
    settings.MAIL_PER_DAY = 30
    midnight = now.replace(hour=0) + timedelta(days=1)
    granted = [charge("", 10, midnight + timedelta(seconds=second)).count for second in (1, -1) * 5]
    assert sum(granted) == 30


def test_what_is_urgent_waits_where_a_server_asked_for_patience(now: datetime, smtp: Any, settings: Any) -> None:
    settings.MAIL_PER_MINUTE_PER_PROVIDER = 60
    server = smtp(script=lambda step, count: "421 4.7.28 unusual rate of mail" if step == "MAIL" else None)
    alert = at_gmail(now, 200, "alert", priority=1)
    send_due(now)
    assert server.reached("MAIL") < 20
    assert progress(alert, now).waiting["pace gmail"] > 180


def test_thousands_that_wait_for_the_same_pace_are_put_off_at_once(
    now: datetime, smtp: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.delivery.actions.bulk.BATCH", 1)
    settings.MAIL_PER_MINUTE_PER_PROVIDER = 6
    smtp()
    at_gmail(now, 200)
    others = opened(now, crowd(3), "others")
    with CaptureQueriesContext(connection) as asked:
        send_due(now)
    assert states(others) == {"accepted": 3}
    assert len(asked) < 200
    assert not Batch.objects.due(now + timedelta(milliseconds=200)).exists()
