from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from service.audience import intake
from service.audience.actions import (
    choose,
    confirm,
    forget_unconfirmed,
    look,
    subscribe,
    undo,
    unsubscribe,
)
from service.audience.models import Consent, Subscriber
from service.audience.rules import Choices
from service.content.models import Topic
from service.delivery.actions.send import send_due
from service.delivery.models import Address, Mailing, Message
from service.toolbox import tokens
from service.toolbox.errors import ServiceError
from service.toolbox.tokens import BadToken
from tests import builders
from tests.delivery.mailings import message_to, opened, states
from tests.delivery.threads import at_once

pytestmark = pytest.mark.django_db

ANA = "ana@readers.example"
WEEKLY, BOTH = Choices("en", "weekly"), Choices("es", "both")


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    return tmp_path / "outbox"


def mailed(outbox: Path, now: datetime) -> list[EmailMessage]:
    """What has left so far."""
    send_due(now)
    return builders.letters(outbox)


def token(letter: EmailMessage, purpose: str) -> str:
    found = re.search(rf"/{purpose}/(\S+)", builders.part(letter, "plain"))
    assert found
    return found[1]


def subscribed(now: datetime, outbox: Path, wanted: Choices = WEEKLY) -> Subscriber:
    subscribe(ANA, wanted, now)
    (letter,) = mailed(outbox, now)
    confirm(token(letter, "confirm"), now)
    return Subscriber.objects.get()


def consents() -> list[str]:
    return list(Consent.objects.order_by("id").values_list("what", flat=True))


def rows() -> list[object]:
    """Every row of the rooms that a reader's verbs touch."""
    return [list(model.objects.order_by("pk").values()) for model in (Subscriber, Consent, Mailing, Message, Address)]


@pytest.mark.parametrize(("language", "words"), [("en", "Please confirm"), ("es", "Por favor confirme")])
def test_a_new_reader_is_asked_to_confirm_in_their_language(
    now: datetime, outbox: Path, language: str, words: str
) -> None:
    subscribe(ANA, Choices(language, "weekly"), now)
    (letter,) = mailed(outbox, now)
    assert words in letter["Subject"]
    assert f'lang="{language}"' in builders.part(letter, "html")
    assert Subscriber.objects.get().status == "pending"


def test_a_confirmation_holds_nothing_that_anybody_typed(now: datetime, outbox: Path) -> None:
    Topic.objects.create(slug="customs", names={"en": "Customs"})
    subscribe("buy-pills-now@readers.example", Choices("en", "both", ("customs",)), now)
    (letter,) = mailed(outbox, now)
    told = letter["Subject"] + builders.part(letter, "plain") + builders.part(letter, "html")
    assert not re.search("pills|readers.example|customs", told, re.IGNORECASE)


def test_confirmed_twice_it_is_one_consent(now: datetime, outbox: Path) -> None:
    reader = subscribed(now, outbox)
    (letter,) = builders.letters(outbox)
    assert confirm(token(letter, "confirm"), now + timedelta(hours=1)).status == "active"
    assert consents() == ["asked", "confirmed"]
    reader.refresh_from_db()
    assert reader.confirmed == now


def test_looking_at_a_link_changes_nothing(now: datetime, outbox: Path) -> None:
    reader = subscribed(now, outbox)
    before = rows()
    for purpose in ("confirm", "preferences", "unsubscribe"):
        assert look(purpose, tokens.sign(purpose, reader.key)).chosen == WEEKLY
    assert rows() == before


@pytest.mark.django_db(transaction=True)
def test_a_link_opens_outside_any_transaction_too(now: datetime) -> None:
    reader = builders.reader(now)
    assert look("unsubscribe", tokens.sign("unsubscribe", reader.key)).status == "active"


@pytest.mark.parametrize("act", [confirm, undo, unsubscribe, lambda token, now: choose(token, BOTH, now)])
def test_a_link_made_for_another_door_opens_nothing(now: datetime, act: object) -> None:
    reader = builders.reader(now)
    with pytest.raises(BadToken):
        act(tokens.sign("feedback", reader.key), now)  # type: ignore[operator]


def test_a_link_of_nobody_says_so(now: datetime) -> None:
    with pytest.raises(BadToken, match="belongs to nobody"):
        unsubscribe(tokens.sign("unsubscribe", "f" * 32), now)


def test_whoever_is_subscribed_already_is_told_and_nothing_changes(now: datetime, outbox: Path) -> None:
    reader = subscribed(now, outbox)
    subscribe(ANA.upper(), BOTH, now + timedelta(minutes=1))
    letter = max(mailed(outbox, now + timedelta(minutes=1)), key=lambda one: one["Date"].datetime)
    assert "already" in letter["Subject"]
    assert look("preferences", token(letter, "preferences")).key == reader.key
    assert look("preferences", token(letter, "preferences")).chosen == WEEKLY
    assert consents() == ["asked", "confirmed"]


def test_the_link_to_change_goes_to_the_mailbox_and_to_readers_only(now: datetime, outbox: Path) -> None:
    builders.reader(now, "ana")
    for address in (ANA, "stranger@readers.example"):
        intake.ask_for_link(address, intake.Came(), now)
    (letter,) = mailed(outbox, now)
    assert letter["To"] == ANA
    assert not Address.objects.filter(subscriber=None).exists()


def test_nobody_can_fill_a_mailbox_by_typing_its_address(now: datetime, outbox: Path) -> None:
    for minute in range(10):
        intake.subscribe(ANA, WEEKLY, intake.Came(), now + timedelta(minutes=minute))
    assert len(mailed(outbox, now + timedelta(hours=1))) == 3
    intake.subscribe(ANA, WEEKLY, intake.Came(), now + timedelta(hours=25))
    assert len(mailed(outbox, now + timedelta(hours=25))) == 4


def test_unsubscribed_it_counts_at_once_and_the_reader_is_told(now: datetime, outbox: Path) -> None:
    reader = builders.reader(now, "ana")
    mailing = opened(now, [reader.key])
    assert unsubscribe(tokens.sign("unsubscribe", reader.key), now).status == "unsubscribed"
    assert states(mailing) == {"cancelled": 1}
    assert message_to(reader.key).reason == "unsubscribed"
    (letter,) = mailed(outbox, now)
    assert (letter["To"], "no more letters" in letter["Subject"]) == (ANA, True)


def test_unsubscribed_twice_it_is_one_goodbye(now: datetime, outbox: Path) -> None:
    reader = builders.reader(now)
    for _ in range(3):
        unsubscribe(tokens.sign("unsubscribe", reader.key), now)
    assert len(mailed(outbox, now)) == 1
    assert consents() == ["unsubscribed"]


def test_nobody_is_unsubscribed_unnoticed_even_after_many_other_letters(now: datetime, outbox: Path) -> None:
    reader = builders.reader(now, "ana")
    for _ in range(5):
        intake.ask_for_link(ANA, intake.Came(), now)
    unsubscribe(tokens.sign("unsubscribe", reader.key), now)
    subjects = [letter["Subject"] for letter in mailed(outbox, now)]
    assert len(subjects) == 4
    assert any("no more letters" in subject for subject in subjects)


def test_the_goodbye_brings_back_with_all_that_was_chosen(now: datetime, outbox: Path) -> None:
    reader = subscribed(now, outbox, BOTH)
    unsubscribe(tokens.sign("unsubscribe", reader.key), now)
    letter = next(one for one in mailed(outbox, now) if "confirm" not in one["Subject"].lower())
    back = undo(token(letter, "confirm"), now)
    assert (back.status, back.chosen) == ("active", BOTH)
    assert consents() == ["asked", "confirmed", "unsubscribed", "came back"]


def test_a_changed_choice_is_kept_and_what_waits_is_cancelled(now: datetime) -> None:
    reader = builders.reader(now, wants="weekly")
    mailing = opened(now, [reader.key])
    Topic.objects.create(slug="customs", names={"en": "Customs"})
    wanted = Choices("es", "both", ("customs",))
    assert choose(tokens.sign("preferences", reader.key), wanted, now).chosen == wanted
    assert states(mailing) == {"cancelled": 1}
    assert message_to(reader.key).reason == "changed"
    assert Consent.objects.get().detail == "es, both, topic:customs"


def test_the_same_choice_again_is_no_change(now: datetime) -> None:
    reader = builders.reader(now, wants="weekly")
    mailing = opened(now, [reader.key])
    choose(tokens.sign("preferences", reader.key), WEEKLY, now)
    assert states(mailing) == {"queued": 1}
    assert consents() == []


def test_whoever_never_confirms_is_forgotten_whole(now: datetime, outbox: Path) -> None:
    subscribe(ANA, WEEKLY, now)
    mailed(outbox, now)
    assert forget_unconfirmed(now + timedelta(days=7)) == 0
    assert forget_unconfirmed(now + timedelta(days=7, seconds=1)) == 1
    assert rows() == [[]] * 5


def test_whoever_confirmed_is_not_forgotten(now: datetime, outbox: Path) -> None:
    subscribed(now, outbox)
    assert forget_unconfirmed(now + timedelta(days=400)) == 0
    assert Subscriber.objects.get().status == "active"


def test_whoever_left_and_was_asked_again_in_vain_has_left_as_before(now: datetime, outbox: Path) -> None:
    reader = subscribed(now, outbox)
    unsubscribe(tokens.sign("unsubscribe", reader.key), now)
    subscribe(ANA, WEEKLY, now)
    assert forget_unconfirmed(now + timedelta(days=8)) == 0
    assert Subscriber.objects.get().status == "unsubscribed"
    assert consents() == ["asked", "confirmed", "unsubscribed", "asked"]


def test_the_words_that_were_shown_then_stay_when_the_form_says_others(now: datetime, outbox: Path) -> None:
    for words, door in [("Write to me weekly.", "form"), ("Write to me, and ask for donations.", "frame")]:
        subscribe(ANA, WEEKLY, now, words=words, door=door)
    kept = Consent.objects.order_by("id").values_list("what", "words", "door")
    assert list(kept) == [
        ("asked", "Write to me weekly.", "form"),
        ("asked", "Write to me, and ask for donations.", "frame"),
    ]


def test_what_a_reader_agreed_to_is_never_rewritten(now: datetime, outbox: Path) -> None:
    subscribed(now, outbox)
    row = Consent.objects.first()
    assert row
    row.detail = "es, both, all topics"
    with pytest.raises(ServiceError, match="never rewritten"):
        row.save()


@pytest.mark.django_db(transaction=True)
def test_subscribed_twice_in_the_same_moment_it_is_one_reader(now: datetime) -> None:
    at_once(*[lambda: intake.subscribe(ANA, WEEKLY, intake.Came(), now)] * 4)
    assert Subscriber.objects.count() == 1
    assert Mailing.objects.count() == 3
