from datetime import timedelta

import pytest

from service.delivery.actions import gate
from service.delivery.actions.send import send_due
from service.delivery.actions.statement import statement
from tests.conftest import NOW

from .mailings import crowd, opened

pytestmark = pytest.mark.django_db


def test_every_letter_is_in_one_line_and_the_lines_add_up(smtp):
    smtp(script=lambda step, count: "550 5.1.1 no" if step == "DOT" and count == 2 else None)
    mailing = opened(NOW, crowd(4))
    gate.cancel_for("reader000", "unsubscribed", NOW)
    send_due(NOW, 5)

    told = statement(mailing)

    assert dict(told.lines) == {
        "accepted": 2,
        "refused": 1,
        "suppressed": 0,
        "uncertain": 0,
        "cancelled": 1,
        "remaining": 0,
    }
    assert told.adds_up
    assert told.cancelled_for == {"unsubscribed": 1}


def test_the_pace_counts_what_servers_took(smtp):
    smtp()
    mailing = opened(NOW, crowd(3))
    send_due(NOW, 5)
    mailing.messages.filter(recipient_key="reader001").update(changed=NOW + timedelta(minutes=2))

    assert [count for _, count in statement(mailing).pace.bars] == [2, 0, 1]
