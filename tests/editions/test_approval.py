"""A yes binds to the letters that were looked at: whatever changes them voids it, and nothing goes out unseen."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from service.appeals.models import Campaign, Carried
from service.content.actions.store import take_in, withdraw
from service.delivery.actions.send import send_due
from service.delivery.models import Mailing
from service.editions.actions import dispatch as dispatching
from service.editions.actions import seal
from service.editions.actions.approval import recheck, say_yes, send_back, standing, take_back
from service.editions.actions.curate import Hand, add, keep_from_asking, write
from service.editions.actions.decide import approve, preview
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.rehearse import rehearse
from service.editions.actions.seal import seal_of, signature
from service.editions.actions.take_out import hold
from service.editions.models import Approval, Edition
from service.editions.segments import NOTHING
from service.toolbox.errors import ServiceError
from tests import builders
from tests.delivery.threads import at_once

from .desk import FRIDAY, drafted, go, story

pytestmark = pytest.mark.django_db
UNDO = timedelta(minutes=5)
LATER = FRIDAY + UNDO


@pytest.fixture
def two(change_newsroom: Any) -> None:
    change_newsroom('approval = "one"', 'approval = "two"')


def yes(edition: Edition, by: str = "ana", now: Any = FRIDAY) -> bool:
    edition.refresh_from_db()
    return say_yes(edition, by, now, seal_of(edition, now))


def now_is(edition: Edition) -> str:
    edition.refresh_from_db()
    return edition.state


def change(edition: Edition, by: str = "ana") -> None:
    edition.refresh_from_db()
    write(edition, "Dear readers", "", Hand(by, edition.revision), FRIDAY)


def to_readers(sink: Any) -> list[str]:
    return [builders.part(one, "plain") for one in builders.letters(sink.folder) if one["List-Id"]]


def stories_in(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.isupper()]


def to_the_desk(sink: Any) -> list[str]:
    return [one["Subject"] for one in builders.letters(sink.folder) if not one["List-Id"]]


def by_the_cms(edition: Edition) -> None:
    article = edition.items.first().article  # type: ignore[union-attr]
    again = builders.draft(external_id=article.external_id, url=article.canonical_url, title="Another title")
    assert take_in(builders.source(), again, FRIDAY, first_import=False) == "changed"


def withdrawn(edition: Edition) -> None:
    withdraw(edition.items.first().article, "It was wrong.", FRIDAY)  # type: ignore[union-attr]


def added(edition: Edition) -> None:
    edition.items.create(article=story(title="Late news"), section="briefs", section_order=9, position=9)


def left_out(edition: Edition) -> None:
    edition.items.filter(pk=edition.items.first().pk).update(left_out=True)  # type: ignore[union-attr]


def asked_otherwise(edition: Edition) -> None:
    asks = {"language": "en", "text": "Give", "button": "Now", "url": "https://cauce.example/donate/"}
    Campaign.objects.create(slug=f"gold-{Campaign.objects.count()}", name="Gold").wordings.create(**asks)


def by_the_desk(edition: Edition) -> None:
    change(edition, "olga")


def held(edition: Edition) -> None:
    hold(edition.items.first().article, "olga", "A source is at risk.", FRIDAY)  # type: ignore[union-attr]


EDITS = [by_the_cms, withdrawn, held, added, left_out, asked_otherwise]


@pytest.fixture
def draft() -> Edition:
    story(title="Gold")
    story(title="Silver")
    builders.reader(FRIDAY)
    return drafted()


def test_one_yes_lets_it_go_once_it_can_no_longer_be_taken_back(sink: Any) -> None:
    builders.reader(FRIDAY)
    edition = drafted()
    assert yes(edition)
    go(LATER - timedelta(seconds=1))
    assert (now_is(edition), to_readers(sink)) == ("approved", [])
    go(LATER)
    assert (now_is(edition), len(to_readers(sink))) == ("sent", 1)


def test_where_two_must_approve_it_waits_for_the_second(two: None) -> None:
    edition = drafted()
    assert not yes(edition, "ana")
    assert (now_is(edition), standing(edition, FRIDAY).missing) == ("drafted", 1)
    assert yes(edition, "maria")
    assert (now_is(edition), edition.approved_by) == ("approved", "ana, maria")


def test_the_same_person_does_not_count_twice(two: None) -> None:
    edition = drafted()
    yes(edition, "ana")
    with pytest.raises(ServiceError, match="You approved it already"):
        yes(edition, "ana")
    assert now_is(edition) == "drafted"


def test_whoever_changed_it_is_none_of_the_two(two: None) -> None:
    edition = drafted()
    change(edition, "ana")
    with pytest.raises(ServiceError, match="You changed it, so two others"):
        yes(edition, "ana")
    yes(edition, "maria")
    assert yes(edition, "olga")


def test_where_one_is_enough_they_may_have_changed_it_themselves() -> None:
    edition = drafted()
    change(edition, "ana")
    assert yes(edition, "ana")


def test_what_was_changed_since_somebody_looked_they_can_not_approve() -> None:
    edition = drafted()
    looked_at = seal_of(edition, FRIDAY)
    change(edition, "maria")
    with pytest.raises(ServiceError, match="changed since you looked"):
        say_yes(edition, "ana", FRIDAY, looked_at)
    assert now_is(edition) == "drafted"


@pytest.mark.parametrize("edit", [*EDITS, by_the_desk])
def test_any_edit_in_between_voids_the_first_yes(two: None, draft: Edition, edit: Callable[[Edition], None]) -> None:
    yes(draft, "ana")
    edit(draft)
    yes(draft, "maria")
    assert now_is(draft) == "drafted"
    assert [one.by for one in standing(draft, FRIDAY).approvals] == ["maria"]


@pytest.mark.parametrize("edit", EDITS)
def test_any_edit_after_the_last_yes_brings_it_back_to_waiting(
    sink: Any, draft: Edition, edit: Callable[[Edition], None]
) -> None:
    yes(draft)
    edit(draft)
    go(LATER)
    go(LATER)
    assert (now_is(draft), draft.approved_at, to_readers(sink)) == ("drafted", None, [])
    assert len([one for one in to_the_desk(sink) if one.startswith("It waits again: ")]) == 1


@pytest.mark.parametrize(
    ("step", "edit"),
    [
        *(("plan_candidates", edit) for edit in EDITS),
        *((step, EDITS[0]) for step in ("redraw", "add_rendition", "_drop_who_left")),
    ],
)
def test_whatever_is_changed_while_it_is_dispatched_goes_out_to_nobody(
    sink: Any, monkeypatch: pytest.MonkeyPatch, draft: Edition, edit: Callable[[Edition], None], step: str
) -> None:
    real, edits = getattr(dispatching, step), [edit]

    def slowly(*given: Any) -> Any:
        done = real(*given)
        while edits:
            edits.pop()(draft)
        return done

    monkeypatch.setattr(dispatching, step, slowly)
    yes(draft)
    go(LATER)
    assert (now_is(draft), to_readers(sink)) == ("drafted", [])
    assert not edits


@pytest.mark.parametrize("edit", EDITS)
def test_broken_off_then_changed_then_approved_again_only_the_new_letter_goes_out(
    sink: Any, monkeypatch: pytest.MonkeyPatch, draft: Edition, edit: Callable[[Edition], None]
) -> None:
    def power_cut(*given: Any) -> None:
        raise RuntimeError("the power went")

    yes(draft)
    with monkeypatch.context() as patch:
        patch.setattr(dispatching, "freeze", power_cut)
        go(LATER)
    edit(draft)
    go(LATER)
    yes(draft, "maria", LATER)
    expected = preview(Edition.objects.get(), LATER)
    go(LATER + UNDO)
    (text,) = to_readers(sink)
    assert stories_in(text) == stories_in(expected.text)
    assert (now_is(draft), draft.approved_by) == ("sent", "maria")


def test_broken_off_and_taken_back_it_is_planned_anew(sink: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who gets it follows from the letter as it is by then, and nobody counts as asked by one that never left."""
    story(title="Gold", topics=("customs",))
    builders.reader(FRIDAY, "miner", interests="topic:mines")
    builders.reader(FRIDAY, "ana")
    edition = drafted()
    yes(edition)

    def power_cut(*given: Any) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(dispatching, "freeze", power_cut)
        go(LATER)
    assert edition.interests.get().number == NOTHING
    take_back(edition, "olga", LATER)
    edition.refresh_from_db()
    mines = story(title="Mines", topics=("mines",))
    add(edition, mines.pk, Hand("olga", edition.revision), LATER)
    keep_from_asking(edition, "olga", LATER, silent=True)
    yes(edition, "maria", LATER)
    go(LATER + UNDO)
    assert len(to_readers(sink)) == 2
    assert not Carried.objects.exists()
    assert Mailing.objects.get(key=edition.mailing_key).counts()["accepted"] == 2


def test_a_change_of_the_template_voids_it(draft: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    yes(draft)
    monkeypatch.setattr(seal, "version", lambda name: "another")
    recheck(draft, FRIDAY)
    assert now_is(draft) == "drafted"
    assert Approval.objects.get().why == Approval.TEMPLATE


@pytest.mark.parametrize(("edit", "why"), [(by_the_cms, "story"), (by_the_desk, "changed"), (asked_otherwise, "else")])
def test_what_voided_it_is_written_down(two: None, draft: Edition, edit: Callable[[Edition], None], why: str) -> None:
    yes(draft)
    edit(draft)
    recheck(draft, FRIDAY)
    told = Approval.objects.get()
    assert (told.voided_at, told.why) == (FRIDAY, why)
    assert told.what == {"story": "Another title", "changed": "olga", "else": ""}[why]


def test_a_reader_who_comes_or_chooses_otherwise_voids_nothing(sink: Any, draft: Edition) -> None:
    yes(draft)
    builders.reader(FRIDAY, "bruno", interests="topic:customs", text_only=True)
    go(LATER)
    assert (now_is(draft), len(to_readers(sink))) == ("sent", 2)


def test_taken_back_before_its_first_byte_it_waits_again(sink: Any, draft: Edition) -> None:
    yes(draft)
    take_back(draft, "olga", LATER - timedelta(seconds=1))
    go(LATER)
    assert (now_is(draft), to_readers(sink)) == ("drafted", [])
    assert yes(draft, "ana", LATER)


def test_once_it_goes_out_it_can_not_be_taken_back_nor_changed(draft: Edition) -> None:
    yes(draft)
    dispatch_editions(LATER)
    with pytest.raises(ServiceError, match="can be taken back"):
        take_back(draft, "olga", LATER)
    with pytest.raises(ServiceError, match="can be sent back"):
        send_back(draft, "olga", "Too late.", LATER)
    assert now_is(draft) == "sending"


def test_sent_back_the_desk_gets_the_sentence(sink: Any, draft: Edition) -> None:
    yes(draft)
    send_back(draft, "maria", "The lead names a source.", FRIDAY)
    send_due(FRIDAY)
    (told,) = [one for one in builders.letters(sink.folder) if one["Subject"].startswith("It waits again")]
    assert "The lead names a source." in builders.part(told, "plain")
    assert "maria sent it back." in builders.part(told, "plain")
    assert now_is(draft) == "drafted"


def test_sent_back_needs_a_sentence(draft: Edition) -> None:
    with pytest.raises(ServiceError, match="in a sentence"):
        send_back(draft, "maria", "  ", FRIDAY)


def test_where_the_rehearsal_is_required_only_whoever_saw_it_approves(change_newsroom: Any, draft: Edition) -> None:
    change_newsroom('rehearsal = "shown"', 'rehearsal = "required"')
    seen = rehearse(draft, FRIDAY).seal
    for wrong in ("", signature(draft, seen, "maria"), signature(draft, "another", "ana")):
        with pytest.raises(ServiceError, match="rehearsed first"):
            say_yes(draft, "ana", FRIDAY, seen, wrong)
    assert say_yes(draft, "ana", FRIDAY, seen, signature(draft, seen, "ana"))


def test_what_was_approved_is_changed_by_nobody_who_did_not_take_it_back(draft: Edition) -> None:
    yes(draft)
    with pytest.raises(ServiceError, match="Only the draft"):
        change(draft, "olga")
    take_back(draft, "olga", FRIDAY)
    change(draft, "olga")
    assert now_is(draft) == "drafted"


def test_what_would_go_out_by_itself_and_is_taken_back_waits_for_one_person(change_newsroom: Any, sink: Any) -> None:
    change_newsroom('approval = "one"', 'approval = "none"')
    builders.reader(FRIDAY)
    edition = drafted()
    take_back(edition, "olga", FRIDAY)
    go(LATER)
    assert to_readers(sink) == []
    assert yes(edition, "ana", LATER)


def test_voided_in_the_last_minute_there_is_time_to_look_again(draft: Edition) -> None:
    last = draft.expires_at - timedelta(minutes=1)
    yes(draft, "ana", last)
    by_the_cms(draft)
    late = draft.expires_at + timedelta(minutes=3)
    dispatch_editions(late)
    assert now_is(draft) == "drafted"
    assert draft.expires_at > late + timedelta(hours=5)


def test_the_operators_word_goes_at_once_but_not_for_another_letter(sink: Any, draft: Edition) -> None:
    approve(draft, "command line", FRIDAY)
    by_the_cms(draft)
    go(FRIDAY)
    assert (now_is(draft), to_readers(sink)) == ("drafted", [])
    approve(draft, "command line", FRIDAY)
    go(FRIDAY)
    assert (now_is(draft), len(to_readers(sink))) == ("sent", 1)


def test_an_approval_is_never_rewritten(draft: Edition) -> None:
    yes(draft)
    with pytest.raises(ServiceError, match="never rewritten"):
        Approval.objects.get().save()


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_once_let_it_go_once(two: None, draft: Edition) -> None:
    seal = seal_of(draft, FRIDAY)
    last = at_once(*[lambda by=by: say_yes(draft, by, FRIDAY, seal) for by in ("ana", "maria")])
    assert sorted(last) == [False, True]
    assert now_is(draft) == "approved"
    assert Approval.objects.standing().count() == 2


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_one_person_is_one(two: None, draft: Edition) -> None:
    seal = seal_of(draft, FRIDAY)
    at_once(*[lambda: refused(lambda: say_yes(draft, "ana", FRIDAY, seal))] * 3)
    assert (now_is(draft), Approval.objects.count()) == ("drafted", 1)


@pytest.mark.django_db(transaction=True)
def test_taken_back_and_changed_while_it_is_dispatched_it_either_goes_or_waits(sink: Any, draft: Edition) -> None:
    for _ in range(3):
        yes(draft)
        at_once(
            lambda: dispatch_editions(LATER),
            lambda: dispatch_editions(LATER),
            lambda: refused(lambda: take_back(draft, "olga", LATER)),
            lambda: asked_otherwise(draft),
        )
        if now_is(draft) != "drafted":
            break
        send_due(LATER)
        assert to_readers(sink) == []
    yes(draft) if now_is(draft) == "drafted" else None
    go(LATER)
    assert len(to_readers(sink)) == 1


def refused(act: Callable[[], Any]) -> None:
    with suppress(ServiceError):
        act()
