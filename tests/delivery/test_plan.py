from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from service.delivery.actions.gate import suppress
from service.delivery.actions.plan import (
    Recipient,
    add_rendition,
    freeze,
    keep_address,
    open_mailing,
    plan,
    plan_again,
    post,
)
from service.delivery.models import Address, Batch, Mailing, Message
from service.delivery.rules.compiled import slot
from service.toolbox.errors import ServiceError

from .mailings import crowd, envelope, message_to, opened, planned, recipients, states

pytestmark = pytest.mark.django_db


def test_planned_again_and_again_each_reader_has_one_message(now: datetime) -> None:
    mailing = planned(now)
    plan(mailing, recipients(["carla", "ana", "diego"]), now)
    assert freeze(mailing, now) == 4
    assert freeze(mailing, now) == 4
    assert states(mailing) == {"queued": 4}


def test_broken_off_while_planning_it_goes_on_where_it_was(now: datetime) -> None:
    def broken(names: list[str]) -> Iterator[Recipient]:
        yield from recipients(names[:1500])
        raise RuntimeError("the power went")

    names = crowd(1600)
    mailing = planned(now, [])
    with pytest.raises(RuntimeError):
        plan(mailing, broken(names), now)
    assert mailing.messages.count() == 1000
    plan(mailing, recipients(names), now)
    assert freeze(mailing, now) == 1600


def test_nothing_may_be_sent_before_all_are_counted(now: datetime) -> None:
    planned(now)
    assert not Batch.objects.due(now).exists()


def test_once_frozen_nobody_is_added(now: datetime) -> None:
    mailing = opened(now)
    plan(mailing, recipients(["late"]), now)
    assert states(mailing) == {"queued": 3}


def test_every_message_is_in_exactly_one_batch(now: datetime) -> None:
    mailing = opened(now, crowd(1234))
    found = [pk for batch in Batch.objects.all() for pk in batch.messages().values_list("pk", flat=True)]
    assert sorted(found) == sorted(mailing.messages.values_list("pk", flat=True))
    assert Batch.objects.count() == 3


def test_a_suppressed_address_is_counted_and_gets_nothing(now: datetime) -> None:
    suppress(keep_address("bruno@readers.example").fingerprint, "hard bounce", now)
    mailing = opened(now)
    assert states(mailing) == {"queued": 2, "suppressed": 1}
    assert message_to("bruno").state == "suppressed"


def test_the_first_letter_of_a_segment_stays(now: datetime) -> None:
    mailing = planned(now)
    before = bytes(mailing.renditions.get().compiled)
    add_rendition(mailing, "all", envelope(subject="Another"), "<p>x</p>", "x", {"unsubscribe": "{token}"})
    assert bytes(mailing.renditions.get().compiled) == before


def test_a_slot_without_a_link_is_refused(now: datetime) -> None:
    mailing = open_mailing("x", now, now)
    with pytest.raises(ServiceError, match="slots without a link: surprise, unsubscribe"):
        add_rendition(mailing, "all", envelope(), slot("surprise"), "text", {})


def test_the_same_key_posts_once(now: datetime) -> None:
    for _ in range(2):
        post("hello:ana", keep_address("ana@readers.example"), envelope(unsubscribe=False), "<p>Hi</p>", "Hi", now)
    assert states(Mailing.objects.get()) == {"queued": 1}


def test_one_address_written_in_two_ways_is_one_row(now: datetime) -> None:
    assert keep_address("Ana@Readers.example") == keep_address("ana@readers.EXAMPLE")
    assert Address.objects.count() == 1


def test_whoever_is_new_to_a_mailing_under_way_adds_to_the_count(now: datetime) -> None:
    mailing = opened(now)
    assert plan_again(mailing, recipients(["ana", "diego"]), now) == 1
    assert plan_again(mailing, recipients(["ana", "diego"]), now) == 0
    assert states(mailing) == {"queued": 4}
    assert Batch.objects.count() == 2


def test_whoever_changed_and_still_wants_it_gets_it_under_the_same_key(now: datetime) -> None:
    mailing = opened(now)
    mailing.messages.filter(recipient_key="ana").cancel("changed", now)
    mailing.messages.filter(recipient_key="bruno").cancel("unsubscribed", now)
    Batch.objects.update(done=True)
    assert plan_again(mailing, recipients(["ana", "bruno"]), now) == 1
    assert states(mailing) == {"queued": 2, "cancelled": 1}
    assert Batch.objects.due(now).get().messages().filter(recipient_key="ana").exists()


def test_a_stopped_mailing_takes_nobody_back(now: datetime) -> None:
    mailing = opened(now)
    Mailing.objects.update(state="stopped")
    assert plan_again(mailing, recipients(["diego"]), now) == 0
    assert Message.objects.count() == 3
