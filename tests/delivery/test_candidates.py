"""Very many readers become rows without passing through the process, and every one is accounted for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import BigIntegerField, Case, CharField, Value, When
from django.db.models.functions import Cast

from service.delivery.actions import bulk, gate, plan
from service.delivery.actions.plan import freeze, keep_address, plan_candidates
from service.delivery.models import Address, Batch, Mailing, Message
from service.toolbox.errors import ServiceError

from .mailings import crowd, planned, states
from .threads import at_once

pytestmark = pytest.mark.django_db


def candidates(**excluded: str) -> Any:
    """Every address kept so far; delivery does not care where its candidates come from."""
    reasons = [When(fingerprint=keep(name).fingerprint, then=Value(reason)) for name, reason in excluded.items()]
    rows = Address.objects.annotate(
        key=Cast("id", CharField(max_length=20)),
        address_id=Cast("id", BigIntegerField()),
        segment=Value("all"),
        exclusion=Case(*reasons, default=Value("")),
    )
    return rows.values("id", "key", "address_id", "segment", "exclusion")


def keep(name: str) -> Address:
    return keep_address(f"{name}@readers.example")


def mailing_for(now: datetime, names: list[str], **excluded: str) -> Mailing:
    for name in names:
        keep(name)
    mailing = planned(now, [])
    plan_candidates(mailing, candidates(**excluded), now, 60)
    mailing.refresh_from_db()
    return mailing


def test_candidates_are_planned_or_excluded_each_with_its_reason(now: datetime) -> None:
    mailing = mailing_for(now, crowd(20), reader001="chose other topics", reader002="chose other topics", reader003="x")
    freeze(mailing, now)
    assert states(mailing) == {"queued": 17}
    assert (mailing.candidates, mailing.excluded) == (20, {"chose other topics": 2, "x": 1})


def test_in_slices_as_at_once(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "CANDIDATES_AT_ONCE", 7)
    mailing = mailing_for(now, crowd(40), reader010="x", reader039="x")
    assert freeze(mailing, now) == 38
    assert (mailing.candidates, mailing.excluded) == (40, {"x": 2})


def test_broken_off_between_two_slices_it_goes_on(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "CANDIDATES_AT_ONCE", 7)
    for name in crowd(40):
        keep(name)
    mailing = planned(now, [])
    runs = 1
    while not plan_candidates(mailing, candidates(), now, 0):
        runs += 1
    assert runs > 5
    assert freeze(mailing, now) == Message.objects.values("recipient_key").distinct().count() == 40


def test_the_suppressed_are_counted_and_get_nothing(now: datetime) -> None:
    gate.suppress(keep("ana").fingerprint, "hard bounce", now)
    gate.suppress(keep("bruno").fingerprint, "unsubscribed", now)
    gate.lift(keep("bruno").fingerprint, now + timedelta(seconds=1))
    mailing = mailing_for(now, ["ana", "bruno", "carla"])
    freeze(mailing, now)
    assert states(mailing) == {"queued": 2, "suppressed": 1}


def test_a_count_that_does_not_add_up_sends_nothing(now: datetime) -> None:
    mailing = mailing_for(now, crowd(3))
    Mailing.objects.filter(pk=mailing.pk).update(candidates=4)
    with pytest.raises(ServiceError, match="the counts do not add up; nothing was sent"):
        freeze(mailing, now)
    mailing.refresh_from_db()
    assert mailing.state == "planning"


def test_a_reader_who_changes_in_that_instant_makes_the_slice_be_done_again(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = bulk.plan, []

    def plan_one_too_few(*given: Any) -> int:
        calls.append(given)
        return real(*given) - (len(calls) == 1)

    monkeypatch.setattr(bulk, "plan", plan_one_too_few)
    mailing = mailing_for(now, crowd(5))
    assert len(calls) == 2
    assert freeze(mailing, now) == mailing.candidates == 5


def test_each_batch_goes_to_one_provider(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BATCH", 4)
    for number in range(10):
        keep_address(f"r{number}@{'gmail.com' if number % 2 else 'outlook.com'}")
        keep_address(f"r{number}@own{number}.example")
    mailing = planned(now, [])
    plan_candidates(mailing, candidates(), now, 60)
    freeze(mailing, now)
    sizes = sorted((batch.provider, batch.messages().count()) for batch in Batch.objects.all())
    assert sizes == [("", 2), ("", 4), ("", 4), ("gmail", 1), ("gmail", 4), ("microsoft", 1), ("microsoft", 4)]
    assert sum(size for _, size in sizes) == Message.objects.count()


@pytest.mark.django_db(transaction=True)
def test_while_another_worker_plans_it_there_is_nothing_to_do_and_nothing_to_ring_for(now: datetime) -> None:
    mailing = planned(now, [])
    with transaction.atomic():
        Mailing.objects.select_for_update().get(pk=mailing.pk)
        assert at_once(lambda: plan_candidates(mailing, candidates(), now, 60)) == [None]
    assert plan_candidates(mailing, candidates(), now, 60) is True
