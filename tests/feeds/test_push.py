"""A hub is told of every change: once, soon, and even if somebody dies over it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from service.feeds.actions.publish import publish_feeds
from service.feeds.actions.push import MOST_TRIES, push_feeds, wait
from service.feeds.models import PublishedFeed
from service.toolbox import clock
from tests import builders
from tests.delivery.threads import at_once
from tests.journeys.processes import ROOT, environment

from .hub import Hub

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)
LATEST = "https://letters.cauce.example/feeds/en/latest.rss"


@pytest.fixture
def hub(change_newsroom: Any) -> Iterator[Hub]:
    with Hub() as running:
        change_newsroom('# hub = "https://hub.example/"', f'hub = "{running.url}"')
        yield running


def publish(now: datetime) -> int:
    """How many feeds there are."""
    builders.article(now)
    publish_feeds(now, seconds=60)
    return PublishedFeed.objects.count()


def owed() -> int:
    return len([row for row in PublishedFeed.objects.all() if row.pushed_etag != row.etag])


def test_the_hub_is_told_of_each_feed_once_per_change_over_one_connection(now: datetime, hub: Hub) -> None:
    feeds = publish(now)
    push_feeds(now)
    push_feeds(now + MINUTE)
    assert Counter(hub.told) == {("publish", settings.SITE_URL + row.address): 1 for row in PublishedFeed.objects.all()}
    assert len(hub.connections) == 1
    publish(now + MINUTE)
    push_feeds(now + MINUTE)
    assert hub.told.count(("publish", LATEST)) == 2
    assert len(hub.told) == 2 * feeds


def test_without_a_hub_nothing_is_owed_and_a_first_hub_is_told_of_each_feed_once(
    now: datetime, change_newsroom: Any
) -> None:
    feeds = publish(now)
    assert push_feeds(now).sentence().startswith("No hub is named")
    with Hub() as hub:
        change_newsroom('# hub = "https://hub.example/"', f'hub = "{hub.url}"')
        push_feeds(now)
        assert hub.told == []  # their bytes do not name it yet
        publish_feeds(now, seconds=60)
        for _ in range(3):
            push_feeds(now)
        assert len(hub.told) == len(set(hub.told)) == feeds


def test_a_hub_that_is_away_is_asked_once_and_told_of_all_when_it_is_back(now: datetime, hub: Hub) -> None:
    feeds, hub.answer = publish(now), 503
    assert push_feeds(now).sentence() == f"Nothing new to tell the hub. The hub {hub.url} answered 503."
    assert push_feeds(now + MINUTE / 2).told == 0
    assert hub.asked == 1
    assert set(PublishedFeed.objects.values_list("push_trouble", flat=True)) == {f"The hub {hub.url} answered 503."}
    hub.answer = 204
    push_feeds(now + MINUTE)
    assert len(hub.told) == feeds
    assert set(PublishedFeed.objects.values_list("push_trouble", flat=True)) == {""}


def test_a_hub_that_can_not_be_reached_is_a_sentence(now: datetime, hub: Hub) -> None:
    publish(now)
    hub.__exit__()
    assert "gave no answer" in push_feeds(now).trouble


def test_what_waited_long_goes_out_with_the_next_change(now: datetime, hub: Hub) -> None:
    feeds = publish(now)
    PublishedFeed.objects.exclude(slug="customs").update(push_failures=9, push_after=now + timedelta(hours=5))
    push_feeds(now)
    push_feeds(now)
    assert len(hub.told) == feeds


def test_the_waits_double_to_six_hours_and_after_a_day_the_next_change_is_waited_for(now: datetime, hub: Hub) -> None:
    assert [wait(failures) / MINUTE for failures in (0, 1, 2, 8, 9, 30)] == [1, 2, 4, 256, 360, 360]
    publish(now)
    hub.answer, at = 500, now
    for failures in range(MOST_TRIES):
        assert owed()
        push_feeds(at)
        at += wait(failures)
    assert hub.asked == MOST_TRIES
    assert owed() == 0
    assert "next change" in PublishedFeed.objects.all()[0].push_trouble
    hub.answer = 202
    publish(at)
    assert push_feeds(at).told > 0


def test_a_feed_that_the_hub_refuses_keeps_no_other_waiting(now: datetime, hub: Hub) -> None:
    feeds, hub.answer = publish(now), 400
    push_feeds(now)
    assert hub.asked == feeds
    assert PublishedFeed.objects.filter(push_failures=1).count() == feeds


def test_two_workers_at_once_tell_the_hub_once(now: datetime, hub: Hub) -> None:
    feeds = publish(now)
    at_once(*[lambda: push_feeds(now)] * 4)
    push_feeds(now)
    assert len(hub.told) == len(set(hub.told)) == feeds


def test_a_change_while_the_hub_is_being_told_is_told_as_well(now: datetime, hub: Hub) -> None:
    publish(now)
    hub.go_on.clear()
    at_once(lambda: push_feeds(now), lambda: _publish_while_it_waits(now, hub))
    push_feeds(now + 2 * MINUTE)
    assert owed() == 0
    assert hub.told.count(("publish", settings.SITE_URL + PublishedFeed.objects.order_by("pk")[0].address)) == 2


def _publish_while_it_waits(now: datetime, hub: Hub) -> None:
    assert hub.reached.wait(60)
    publish(now + MINUTE)
    hub.go_on.set()


def test_a_worker_killed_while_it_tells_the_hub_is_followed_by_another(hub: Hub) -> None:
    now = clock.now()
    feeds = publish(now)
    hub.go_on.clear()
    place = connection.settings_dict
    told = {
        "DATABASE_URL": f"postgres://{place['USER']}@{place['HOST']}:{place['PORT']}/{place['NAME']}",
        "FEEDS_DIR": str(settings.FEEDS_DIR),
        "NEWSROOM_FILE": settings.NEWSROOM_FILE,
        **{name: getattr(settings, name) for name in ("SECRET_KEY", "ADDRESS_KEY", "SITE_URL")},
    }
    with subprocess.Popen([sys.executable, "manage.py", "push_feeds"], cwd=ROOT, env=environment(**told)) as worker:
        assert hub.reached.wait(60)
        worker.send_signal(signal.SIGKILL)
    hub.go_on.set()
    push_feeds(clock.now() + 2 * MINUTE)
    assert {url for _, url in hub.told} == {settings.SITE_URL + row.address for row in PublishedFeed.objects.all()}
    assert owed() == 0
    assert len(set(hub.told)) == feeds
