from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from service.delivery.actions import bounces, quarantine
from service.delivery.actions.gate import lift, suppress
from service.delivery.actions.plan import keep_address
from service.delivery.models import Bounce, Message, Quarantined, Suppression
from service.delivery.rules.returns import Reply
from service.delivery.rules.verdicts import Verdict
from service.toolbox import addresses

from .mailings import opened, states
from .threads import at_once

pytestmark = pytest.mark.django_db

FULL = Reply(552, "5.2.2", "552 5.2.2 mailbox of ana@readers.example is full")
POLICY = Reply(550, "5.7.1", "550 5.7.1 rejected")
DAY = timedelta(days=1)


def sent(now: datetime, key: str = "week") -> Message:
    """A message to ana that the server accepted."""
    opened(now, ["ana"], key)
    Message.objects.filter(mailing__key=key).update(state="accepted", changed=now)
    return Message.objects.get(mailing__key=key)


def softly(message: Message, now: datetime, reply: Reply = FULL) -> None:
    assert message.address
    bounces.bounced(message, message.address, hard=False, now=now, reply=reply)


def reasons() -> list[str]:
    return list(Suppression.objects.order_by("id").values_list("reason", flat=True))


def test_a_hard_bounce_ends_it_at_once_and_what_waits_is_suppressed(now: datetime) -> None:
    message, waiting = sent(now), opened(now, ["ana", "bruno"], "alert")
    assert message.address
    bounces.bounced(message, message.address, hard=True, now=now, reply=Reply(550, "5.1.1", "no such user"))
    assert reasons() == ["hard bounce"]
    assert states(waiting) == {"suppressed": 1, "queued": 1}
    assert states(message.mailing) == {"accepted": 1}


def test_it_takes_five_days_in_vain_to_give_an_address_up(now: datetime) -> None:
    for day in range(5):
        assert reasons() == [], day
        softly(sent(now + day * DAY, f"day {day}"), now + day * DAY)
    assert reasons() == ["bounces"]


def test_one_bad_day_never_suppresses_however_often_it_bounces(now: datetime) -> None:
    for hour in range(8):
        softly(sent(now, f"hour {hour}"), now + timedelta(hours=hour))
    assert Bounce.objects.count() == 8
    assert reasons() == []


def test_a_letter_that_arrived_makes_all_failures_before_it_forgotten(now: datetime) -> None:
    for day in (0, 1, 2, 3, 5, 6, 7):
        softly(sent(now + day * DAY, f"day {day}"), now + day * DAY)
        if day == 3:
            sent(now + 4 * DAY, "it arrived")
    assert reasons() == []


def test_a_letter_that_was_accepted_and_then_came_back_is_no_success(now: datetime) -> None:
    for day in range(5):
        softly(sent(now + day * DAY, f"day {day}"), now + day * DAY + timedelta(hours=2))
    assert reasons() == ["bounces"]


def test_refusals_for_what_the_letter_says_give_no_address_up(now: datetime) -> None:
    for day in range(9):
        softly(sent(now + day * DAY, f"day {day}"), now + day * DAY, POLICY)
    assert Bounce.objects.count() == 9
    assert reasons() == []


def test_lifted_by_the_desk_an_address_has_five_days_again(now: datetime) -> None:
    for day in range(5):
        softly(sent(now + day * DAY, f"day {day}"), now + day * DAY)
    lift(keep_address("ana@readers.example").fingerprint, now + 5 * DAY, by_desk=True)
    softly(sent(now + 6 * DAY, "after"), now + 6 * DAY)
    assert reasons() == ["bounces", "lifted"]


def test_the_same_report_twice_on_one_day_counts_once(now: datetime) -> None:
    message = sent(now)
    softly(message, now)
    softly(message, now + timedelta(hours=1))
    assert Bounce.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_report_at_the_same_moment_counts_once(now: datetime) -> None:
    message = sent(now)
    at_once(*[lambda: softly(message, now)] * 4)
    assert Bounce.objects.count() == 1


def test_a_bounce_keeps_the_servers_words_without_the_address(now: datetime) -> None:
    softly(sent(now), now)
    assert Bounce.objects.get().text == "552 5.2.2 mailbox of (address) is full"


@pytest.mark.parametrize(
    ("verdict", "kinds"),
    [
        (Verdict("refused", 550, "5.1.1", "no such user"), ["hard"]),
        (Verdict("refused", 552, "5.2.2", "over quota"), ["soft"]),
        (Verdict("refused", 550, "5.7.1", "spam"), []),
        (Verdict("refused", 554, "", "go away"), []),
    ],
)
def test_refused_in_the_session_only_what_is_about_the_address_bounced(
    now: datetime, verdict: Verdict, kinds: list[str]
) -> None:
    bounces.refused(sent(now), verdict, now)
    assert list(Bounce.objects.values_list("kind", flat=True)) == kinds
    assert reasons() == (["hard bounce"] if kinds == ["hard"] else [])


def test_a_complaint_ends_it_and_its_reader_can_not_undo_it(now: datetime) -> None:
    message = sent(now)
    bounces.complained(message, now)
    assert (reasons(), Bounce.objects.get().kind) == (["complaint"], "complaint")
    assert message.address
    assert not lift(message.address.fingerprint, now)


def test_a_message_of_somebody_erased_changes_nothing(now: datetime) -> None:
    message = sent(now)
    message.address = None
    bounces.complained(message, now)
    bounces.refused(message, Verdict("refused", 550, "5.1.1", "no such user"), now)
    assert reasons() == []


def test_a_hard_bounce_after_the_desks_own_word_is_noted_and_stays_suppressed(now: datetime) -> None:
    message = sent(now)
    assert message.address
    suppress(message.address.fingerprint, "by the desk", now)
    bounces.bounced(message, message.address, hard=True, now=now, reply=FULL)
    assert reasons() == ["by the desk", "hard bounce"]


def test_kept_mail_is_sealed_and_opens_as_it_came(now: datetime) -> None:
    raw = b"To: ana@readers.example\n\n\xff\x00"
    quarantine.keep(raw, "It is odd.", now)
    row = Quarantined.objects.get()
    assert b"readers" not in bytes(row.sealed)
    assert quarantine.open_quarantined(row) == raw
    assert (row.size, row.reason, row.looked_at) == (len(raw), "It is odd.", None)


def test_the_same_mail_twice_is_kept_once(now: datetime) -> None:
    for raw in (b"one", b"one", b"two"):
        quarantine.keep(raw, "It is odd.", now)
    assert quarantine.waiting() == 2


def test_what_somebody_looked_at_is_kept_and_no_longer_waits(now: datetime) -> None:
    quarantine.keep(b"one", "It is odd.", now)
    pks = [Quarantined.objects.get().pk]
    assert [quarantine.looked_at(pks, now), quarantine.looked_at(pks, now + DAY)] == [1, 0]
    assert Quarantined.objects.get().looked_at == now
    assert quarantine.waiting() == 0


def test_a_sealed_mail_and_a_sealed_address_open_the_same_way() -> None:
    assert addresses.open_bytes(addresses.seal("ana@readers.example")) == b"ana@readers.example"
