"""Letters are rewritten while they are being sent: what is on the wire goes, nothing else of the older words."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from service.delivery.actions import gate, send
from service.delivery.actions.plan import drop, recompile, rewrite
from service.delivery.actions.send import lease, send_due
from service.delivery.models import Mailing
from service.delivery.rules.compiled import slot
from service.delivery.rules.verdicts import Verdict
from service.toolbox.errors import ServiceError

from .mailings import crowd, envelope, opened, states
from .test_interleavings import handover_of

pytestmark = pytest.mark.django_db(transaction=True)
ANEW = f"Said anew.\nLeave:\n{slot('unsubscribe')}\n"


def said_anew(mailing: Mailing) -> None:
    rendition = mailing.renditions.get()
    rewrite(mailing, {rendition.pk: recompile(rendition, envelope(), "", ANEW)})


def test_a_worker_with_older_words_stops_after_its_window_and_the_rest_get_the_new(
    now: datetime, tmp_path: Path, smtp: Any
) -> None:
    server, mailing = smtp(), opened(now, crowd(20))
    batch, allowance = lease(now) or pytest.fail("nothing was due")
    slow = handover_of((batch, allowance), now, tmp_path / "slow")
    window = slow._turn([], 5)
    said_anew(mailing)
    assert slow._commit([(one, Verdict("accepted", 250)) for one in window], 5) == []
    send._hand_back(batch, now)
    send_due(now)
    assert states(mailing) == {"accepted": 20}
    assert len(server.kept) == 15
    assert all(b"Said anew." in one.message for one in server.kept)


def test_paused_rewritten_and_resumed_within_a_window_it_is_noticed_all_the_same(now: datetime, smtp: Any) -> None:
    server, mailing = smtp(), opened(now, crowd(30))

    def between() -> bool:
        if len(server.kept) == 2:
            gate.pause(mailing)
            said_anew(mailing)
            gate.resume(mailing)
        return False

    send_due(now, stopped=between)
    send_due(now)
    older = [b"Said anew." not in one.message for one in server.kept]
    assert states(mailing) == {"accepted": 30}
    assert older == [True] * 5 + [False] * 25


def test_how_many_have_what_leaves_it_is_noted_once(now: datetime) -> None:
    mailing = opened(now, crowd(4))
    mailing.messages.filter(recipient_key__in=["reader000", "reader001"]).update(state="accepted")
    assert drop(mailing, ["story"]) == 2
    mailing.messages.update(state="accepted")
    assert drop(mailing, ["story", "another"]) == 4
    mailing.refresh_from_db()
    assert mailing.dropped == {"story": 2, "another": 4}


def test_words_that_its_links_do_not_know_are_refused(now: datetime) -> None:
    rendition = opened(now).renditions.get()
    with pytest.raises(ServiceError, match="can't be rewritten"):
        recompile(rendition, envelope(), "", slot("feedback"))
