"""What anybody may cause by typing somebody's address, and from where."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from service.audience import limits
from service.audience.intake import Came, TooMany, ask_for_link, ask_to_erase, subscribe
from service.audience.limits import canonical, forget_tallies, may_ask, may_sign_up, may_write_to
from service.audience.models import Subscriber, Tally
from service.audience.networks import network
from service.audience.rules import Choices
from service.delivery.actions.send import send_due
from service.delivery.models import Address
from tests import builders
from tests.delivery.threads import at_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WEEKLY = Choices("en", "weekly")
ANYBODY = Came()


def mailed(tmp_path: Path, now: datetime) -> int:
    send_due(now)
    return len(builders.letters(tmp_path / "outbox"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana.Paz+news@GMail.com", "anapaz@googlemail.com"),
        ("ana+1@readers.example", "ANA@Readers.example"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("jose\u0301@readers.example", "jos\u00e9@readers.example"),
    ],
)
def test_spellings_of_one_mailbox_count_as_one(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)
    assert canonical("a.na@readers.example") != canonical("ana@readers.example")


def test_three_letters_a_day_and_five_a_week_from_however_many_networks(now: datetime, tmp_path: Path) -> None:
    spellings = ["ana.paz@gmail.com", "anapaz+1@gmail.com", "Ana.Paz@googlemail.com", "anapaz@gmail.com"]
    for day in range(7):
        for number, address in enumerate(spellings * 3):
            came = Came(network=f"203.0.{day}.{number}/24", proven=True)
            subscribe(address, WEEKLY, came, now + day * DAY)
        assert mailed(tmp_path, now + day * DAY) == [3, 5, 5, 5, 5, 5, 5][day]
    subscribe(spellings[0], WEEKLY, ANYBODY, now + 8 * DAY)
    assert mailed(tmp_path, now + 8 * DAY) == 6


def test_each_door_counts_for_the_same_mailbox(now: datetime, tmp_path: Path) -> None:
    builders.reader(now, "ana")
    for ask in (ask_for_link, ask_to_erase, ask_for_link, ask_to_erase):
        ask("ana@readers.example", ANYBODY, now)
    subscribe("ana@readers.example", WEEKLY, ANYBODY, now)
    assert mailed(tmp_path, now) == 3


def test_what_is_refused_leaves_no_row(now: datetime) -> None:
    for _ in range(3):
        may_write_to("ana@readers.example", now)
    subscribe("ana@readers.example", WEEKLY, ANYBODY, now)
    ask_for_link("stranger@readers.example", ANYBODY, now)
    assert not Address.objects.exists()
    assert not Subscriber.objects.exists()


def test_a_filled_trap_does_nothing(now: datetime) -> None:
    subscribe("ana@readers.example", WEEKLY, Came(trapped=True), now)
    assert not Tally.objects.exists()
    assert not Subscriber.objects.exists()


def test_one_network_may_ask_so_often_and_a_program_less(now: datetime) -> None:
    asked = [may_ask("203.0.113.0/24", now, proven=False) for _ in range(12)]
    assert asked.count(True) == limits.UNPROVEN_ASKING.a_day
    assert may_ask("203.0.113.0/24", now, proven=True)
    assert may_ask("203.0.112.0/24", now, proven=False)
    assert may_ask("203.0.113.0/24", now + DAY, proven=False)
    with pytest.raises(TooMany, match="Try again tomorrow"):
        subscribe("ana@readers.example", WEEKLY, Came("203.0.113.0/24"), now)


def test_a_domain_with_a_spike_is_held_until_tomorrow(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SPIKE_AT_A_DOMAIN", 4)
    for number in range(7):
        subscribe(f"reader{number}@victim.example", WEEKLY, ANYBODY, now)
    assert Subscriber.objects.count() == 4
    subscribe("ana@other.example", WEEKLY, ANYBODY, now)
    subscribe("late@victim.example", WEEKLY, ANYBODY, now + DAY)
    assert Subscriber.objects.count() == 6


def test_a_domain_that_is_used_to_many_is_not_held(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SPIKE_AT_A_DOMAIN", 4)
    for day in range(1, 8):
        Tally.objects.create(
            kind="domain", mark=builders.reader(now, f"r{day}").address.group, day=now.date() - day * DAY, count=4
        )
    assert [may_sign_up(f"n{number}@readers.example", now) for number in range(21)].count(True) == 20


def test_tallies_name_nobody_and_go(now: datetime) -> None:
    subscribe("ana@readers.example", WEEKLY, Came("203.0.113.0/24"), now)
    rows = list(Tally.objects.values_list("kind", "mark"))
    assert sorted(kind for kind, _ in rows) == ["address", "domain", "network", "unproven"]
    assert not {mark for _, mark in rows} & set(Address.objects.values_list("fingerprint", flat=True))
    before = {mark for kind, mark in rows if kind == "network"}
    may_ask("203.0.113.0/24", now + DAY, proven=True)
    after = set(Tally.objects.filter(kind="network").values_list("mark", flat=True)) - before
    assert len(after) == 1
    assert forget_tallies(now + DAY) == 2
    assert forget_tallies(now + 9 * DAY) == 3
    assert not Tally.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_asked_at_once_it_is_not_more(now: datetime) -> None:
    told: list[bool] = []
    at_once(*[lambda: told.append(may_write_to("ana@readers.example", now))] * 8)
    assert told.count(True) == 3


OURS = [ip_network("10.0.0.0/8"), ip_network("198.51.100.7")]


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "expected"),
    [
        ("8.8.4.4", "", [], "8.8.4.0/24"),
        ("8.8.4.4", "9.9.9.9", [], "8.8.4.0/24"),
        ("2001:4860:4860::8888", "", [], "2001:4860:4860::/48"),
        ("::ffff:8.8.4.4", "", [], "8.8.4.0/24"),
        ("10.1.1.1", "8.8.4.4", OURS, "8.8.4.0/24"),
        ("10.1.1.1", "1.1.1.1, 8.8.4.4, 10.9.9.9", OURS, "8.8.4.0/24"),
        ("8.8.4.4", "1.1.1.1", OURS, "8.8.4.0/24"),
        ("127.0.0.1", "8.8.4.4", [], ""),
        ("10.1.1.1", "nonsense", OURS, ""),
        ("", "8.8.4.4", [], ""),
    ],
)
def test_a_forwarded_address_is_believed_only_from_our_own_proxies(
    remote: str, forwarded: str, trusted: list, expected: str
) -> None:
    assert network(remote, forwarded, trusted) == expected
