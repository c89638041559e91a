"""Whatever happens in whatever order, every reader is counted once, and gets at most one."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.delivery.actions import gate
from service.delivery.actions.plan import freeze, keep_address, plan, plan_again
from service.delivery.actions.send import lease, send_due
from service.delivery.models import Mailing, Message

from .mailings import opened, recipients, states
from .smtp_server import HANG_UP

pytestmark = pytest.mark.django_db
_keys = count()

readers = st.integers(0, 4)
steps = st.one_of(
    st.tuples(st.just("send"), st.integers(1, 600)),
    st.tuples(st.just("die"), readers),
    st.tuples(st.just("unsubscribe"), readers),
    st.tuples(st.just("change"), readers),
    st.tuples(st.just("suppress"), readers),
    st.tuples(st.just("forget"), readers),
    st.tuples(st.just("plan"), readers),
    st.tuples(st.just("stop"), st.just(0)),
)
replies = st.lists(
    st.sampled_from(["250 2.0.0 kept", "250 2.0.0 kept", "451 4.3.0 later", "550 5.1.1 no", HANG_UP]), max_size=12
)


@given(walk=st.lists(steps, min_size=1, max_size=9), said=replies)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_frozen_is_the_sum_of_all_states_at_every_step(
    walk: list[Any], said: list[str], now: datetime, smtp: Any
) -> None:
    waiting, key = list(said), f"walk{next(_keys)}"
    server = smtp(script=lambda step, count: waiting.pop() if step == "DOT" and waiting else None)
    names = [f"{key}-{number}" for number in range(5)]
    with transaction.atomic():
        mailing, at = opened(now, names, key), now
        for verb, what in walk:
            at += timedelta(minutes=what if verb == "send" else 1)
            _do(verb, names[what % 5], mailing, at)
            states(mailing)
        accepted = states(mailing).get("accepted", 0)
        transaction.set_rollback(True)  # the next walk begins with nothing
    assert set(Counter(server.recipients()).values()) <= {1}
    assert accepted == len(server.kept)


def _do(verb: str, name: str, mailing: Mailing, at: datetime) -> None:
    if verb == "send":
        send_due(at)
    elif verb == "die":
        batch, _ = lease(at) or (None, 0)
        if batch and batch.mailing_id == mailing.pk:
            first = batch.messages().waiting().first()
            Message.objects.filter(pk=first.pk if first else 0).update(state="sending", attempts=9)
    elif verb == "unsubscribe":
        gate.cancel_for(name, "unsubscribed", at)
    elif verb == "change":
        gate.cancel_for(name, "changed", at)
        plan_again(mailing, recipients([name]), at)
    elif verb == "suppress":
        gate.suppress(keep_address(f"{name}@readers.example").fingerprint, "complaint", at)
    elif verb == "forget":
        gate.forget(keep_address(f"{name}@readers.example"), at)
    elif verb == "plan":
        plan(mailing, recipients([name]), at)
        freeze(mailing, at)
    else:
        gate.stop(mailing, at)
