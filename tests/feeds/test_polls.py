"""Polls are counted by feed, day and program, and by nothing that could lead to a person."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection

from service.audience import retention
from service.feeds import counting
from service.feeds.actions.polls import fold, write_down
from service.feeds.clients import Client, client
from service.feeds.counting import Count, Counts, Of
from service.feeds.manners import Manners
from service.feeds.models import Polls, PublishedFeed
from service.feeds.turnstile import Turnstile
from tests.delivery.threads import at_once

from .reader import ADDRESS, Reader
from .test_serve import published

FEEDLY = "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers; like FeedFetcher-Google)"
DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("agent", "name", "subscribers"),
    [
        (FEEDLY, "Feedly", 16),
        ("NewsBlur Feed Fetcher - 1 subscriber - http://www.newsblur.com/", "NewsBlur", 1),
        ("Feedbin feed-id:1373711 - 142 subscribers", "Feedbin", 142),
        ("Mozilla/5.0 (compatible; BazQux/2.4; +https://bazqux.com/fetcher; 3 subscribers)", "BazQux", 3),
        ("Mozilla/5.0 (compatible; theoldreader.com; 7 subscribers; feed-id=1a)", "theoldreader.com", 7),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "browser", 0),
        ("FreshRSS/1.24.3 (Linux; https://freshrss.org)", "FreshRSS", 0),
        ("ana@readers.example's script", "ana", 0),
        *(("", "other", 0), ("203.0.113.7", "other", 0), ("<script>", "other", 0), ("ñandú/1", "other", 0)),
        ("A" * 5000, "A" * 60, 0),
        ("X (99999999999 subscribers)", "X", 0),
    ],
)
def test_a_program_is_known_by_its_name_alone(agent: str, name: str, subscribers: int) -> None:
    assert client(agent) == Client(name, subscribers)


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counts:
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0)
    published()
    return Counts(write_down)


def rows() -> list[tuple[str, int, int, int, int, int]]:
    names = ("client", "asked", "unchanged", "wasted", "refused", "subscribers")
    return list(Polls.objects.order_by("client").values_list(*names))


@pytest.mark.django_db
def test_each_poll_is_counted_once_for_what_it_was(counts: Counts) -> None:
    turnstile = Turnstile(counts, Manners())
    for _ in range(3):
        Reader(at=turnstile, user_agent=FEEDLY, if_none_match='"abc"')
    for _ in range(250):
        Reader(at=turnstile, user_agent="Greedy/2")
    Reader(at=turnstile, user_agent="Greedy/2", method="HEAD")
    Reader("/feeds/en/none.rss", at=turnstile, user_agent="Greedy/2")
    counts.flush()
    (greedy, feedly) = sorted(rows(), key=lambda row: row[1], reverse=True)
    assert feedly == ("Feedly", 3, 3, 0, 0, 16)
    assert greedy == ("Greedy", 250, 0, 239, 10, 0)


@pytest.mark.django_db
def test_what_several_processes_count_adds_up(counts: Counts) -> None:
    for subscribers in (16, 12):
        counts.add(ADDRESS, DAY, Client("Feedly", subscribers), Count(2, 1))
        counts.flush()
    assert rows() == [("Feedly", 4, 2, 0, 0, 16)]


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_write_the_same_rows_at_once_lose_none() -> None:
    batch = {Of(f"/feeds/en/{number}.rss", DAY, "Feedly"): Count(1) for number in range(600)}
    backwards = dict(reversed(batch.items()))
    at_once(*[lambda: write_down(batch), lambda: write_down(backwards)] * 3)
    assert Polls.objects.count() == 600
    assert set(Polls.objects.values_list("asked", flat=True)) == {6}


@pytest.mark.django_db
def test_while_the_database_is_away_readers_are_served_and_nothing_is_lost() -> None:
    published()
    away = True

    def write(batch: dict[Of, Count]) -> None:
        if away:
            raise DatabaseError
        write_down(batch)

    counts = Counts(write)
    for _ in range(2):
        assert Reader(at=Turnstile(counts, Manners()), user_agent=FEEDLY).status == "200 OK"
        counts.flush()
    away = False
    counts.flush()
    assert rows() == [("Feedly", 2, 0, 0, 0, 16)]


def test_a_count_that_fails_fails_no_request(monkeypatch: pytest.MonkeyPatch, counts: Counts) -> None:
    monkeypatch.setattr(Counts, "add", None)
    assert Reader(at=Turnstile(counts, Manners())).body == b"<rss/>"


def test_a_flood_of_names_fills_no_memory(monkeypatch: pytest.MonkeyPatch, counts: Counts) -> None:
    monkeypatch.setattr(counting, "MOST_ROWS", 10)
    for number in range(100):
        counts.add(ADDRESS, DAY, Client(f"Name{number}", 0), Count(1))
    assert len(counts._pending) == 11
    assert counts._pending[Of(ADDRESS, DAY, "other")].asked == 90


@pytest.mark.django_db
def test_no_row_holds_where_anybody_asked_from(counts: Counts) -> None:
    Reader(at=Turnstile(counts, Manners()), remote="198.41.0.4", user_agent="Reader/1 (ana@readers.example)")
    counts.flush()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM feeds_polls")
        text = str(cursor.fetchall())
    assert "198" not in text
    assert "ana" not in text


def poll(client: str, asked: int, day: date = DAY, **more: int) -> Polls:
    return Polls.objects.create(address=ADDRESS, day=day, client=client, asked=asked, **more)


@pytest.mark.django_db
def test_of_a_day_that_is_over_rare_programs_become_one(now: datetime) -> None:
    for name, asked, more in (("A", 4, {}), ("B", 9, {"unchanged": 5}), ("C", 10, {}), ("D", 2, {"subscribers": 800})):
        poll(name, asked, **more)
    assert fold(now) == 0
    assert fold(now + timedelta(days=1)) == 2
    assert rows() == [("C", 10, 0, 0, 0, 0), ("D", 2, 0, 0, 0, 800), ("few", 13, 5, 0, 0, 0)]


@pytest.mark.django_db
def test_what_is_folded_late_or_twice_is_counted_once(now: datetime) -> None:
    poll("A", 4)
    for _ in range(3):
        fold(now + timedelta(days=1))
    poll("late", 1)
    fold(now + timedelta(days=1))
    assert rows() == [("few", 5, 0, 0, 0, 0)]


@pytest.mark.django_db
def test_counts_are_kept_for_thirteen_months() -> None:
    PublishedFeed.objects.create(address=ADDRESS)
    poll("Feedly", 12)
    end = datetime(2027, 12, 25, tzinfo=UTC)
    assert retention.sweep(end)["counted polls"] == 0
    assert retention.sweep(end + timedelta(days=1))["counted polls"] == 1


@pytest.mark.django_db
def test_no_count_keeps_the_address_of_a_feed_that_went_with_a_name(now: datetime) -> None:
    poll("Feedly", 12)
    retention.sweep(now)
    assert not Polls.objects.exists()


@pytest.mark.django_db
def test_the_desk_sees_what_is_counted_from_ten_up_and_what_to_tell_a_greedy_program(admin_client: Any) -> None:
    poll("Feedly", 40, unchanged=36, subscribers=160)
    poll("Greedy", 700, wasted=600, refused=55)
    poll("Rare", 9)
    page = admin_client.get("/admin/feeds/polls/").content.decode()
    assert "Feedly" in page
    assert "90 %" in page
    assert "160" in page
    assert "If-None-Match" in page
    assert "Rare" not in page
