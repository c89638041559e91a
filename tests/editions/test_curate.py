"""What editors do to a draft."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.appeals.rules.asking import PLAIN
from service.content.actions.bylines import remove_byline
from service.content.actions.holding import hold, release
from service.content.actions.store import take_in, withdraw
from service.content.models import Article, Author
from service.editions.actions import curate
from service.editions.actions.compose import compose
from service.editions.actions.curate import Hand, Stale
from service.editions.actions.decide import approve
from service.editions.actions.draft import draft_due
from service.editions.models import Edition
from service.editions.segments import HTML, QUIET, Segment
from service.toolbox.errors import ServiceError
from tests import builders
from tests.delivery.threads import at_once

from .desk import FRIDAY, WEEK, drafted, story, titles

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def draft() -> Edition:
    """An investigation that leads, a feature, two briefs; the newer before the older."""
    for number, (title, kind) in enumerate(
        [("Gold", "investigation"), ("Port", "feature"), ("Ferry", "brief"), ("Customs", "brief")]
    ):
        story(title=title, kind=kind, published=FRIDAY - timedelta(hours=number + 5))
    return drafted()


def hand(draft: Edition, by: str = "ana") -> Hand:
    draft.refresh_from_db()
    return Hand(by, draft.revision)


def item(draft: Edition, title: str) -> int:
    return draft.items.get(article__title=title).pk


def move(draft: Edition, title: str, *, up: bool) -> None:
    curate.move(draft, item(draft, title), hand(draft), FRIDAY, up=up)


def pin(draft: Edition, title: str) -> None:
    curate.pin(draft, item(draft, title), hand(draft), FRIDAY)


def test_stories_are_moved_one_by_one(draft: Edition) -> None:
    move(draft, "Customs", up=True)
    assert titles(draft) == ["Gold", "Port", "Customs", "Ferry"]
    move(draft, "Gold", up=False)  # out of the section that it had alone
    move(draft, "Gold", up=False)
    assert titles(draft) == ["Port", "Gold", "Customs", "Ferry"]


def test_the_first_goes_no_further_up_and_the_last_no_further_down(draft: Edition) -> None:
    pin(draft, "Gold")
    with pytest.raises(ServiceError, match="stands first already"):
        move(draft, "Gold", up=True)
    with pytest.raises(ServiceError, match="stands last already"):
        move(draft, "Customs", up=False)


def test_a_story_is_dropped_before_another(draft: Edition) -> None:
    curate.place(draft, item(draft, "Customs"), "featured", item(draft, "Port"), hand(draft), FRIDAY)
    assert titles(draft) == ["Gold", "Customs", "Port", "Ferry"]
    with pytest.raises(ServiceError, match="another kind of story"):
        curate.place(draft, item(draft, "Customs"), "analysis", None, hand(draft), FRIDAY)


def test_what_is_pinned_leads_and_gives_the_subject(draft: Edition) -> None:
    pin(draft, "Customs")
    assert titles(draft)[0] == "Customs"
    assert compose(draft, FRIDAY).subject.startswith("Customs")
    curate.unpin(draft, item(draft, "Customs"), hand(draft), FRIDAY)
    assert titles(draft) == ["Gold", "Port", "Customs", "Ferry"]


def test_readers_of_chosen_subjects_get_the_editors_order_too_and_the_pinned_first() -> None:
    for number, title in enumerate(["One", "Two", "Three", "Four"]):
        topics = ("prisons",) if title in ("Two", "Three") else ("customs",)
        story(title=title, topics=topics, published=FRIDAY - timedelta(hours=number + 5))
    draft = drafted()
    draft.interests.create(interests="topic:prisons", number=1)
    move(draft, "Three", up=True)
    pin(draft, "Four")
    text = compose(draft, FRIDAY, Segment(HTML, number=1)).text
    assert sorted(["FOUR", "THREE", "TWO", "ONE"], key=text.index) == ["FOUR", "THREE", "TWO", "ONE"]


def test_what_is_left_out_comes_back_only_when_somebody_puts_it_back(draft: Edition) -> None:
    curate.leave_out(draft, item(draft, "Port"), hand(draft), FRIDAY)
    assert "PORT" not in compose(draft, FRIDAY).text
    assert not curate.latecomers(draft, FRIDAY + MINUTE)
    curate.put_back(draft, item(draft, "Port"), hand(draft), FRIDAY)
    assert titles(draft) == ["Gold", "Port", "Ferry", "Customs"]


def test_late_stories_come_in_once_and_what_editors_decided_stays(draft: Edition) -> None:
    pin(draft, "Customs")
    curate.leave_out(draft, item(draft, "Port"), hand(draft), FRIDAY)
    story(FRIDAY + MINUTE, title="Late", kind="feature")
    assert curate.take_in_late(draft, hand(draft), FRIDAY + 2 * MINUTE) == 1
    assert curate.take_in_late(draft, hand(draft), FRIDAY + 3 * MINUTE) == 0
    assert titles(draft) == ["Customs", "Gold", "Late", "Ferry"]
    approve(draft, "maria", FRIDAY + 4 * MINUTE)
    assert draft_due(FRIDAY + WEEK, "en")[0].edition is None


def test_an_older_article_is_added_once_and_one_of_another_language_never(draft: Edition) -> None:
    old = story(FRIDAY - 20 * WEEK, title="Old", published=FRIDAY - 20 * WEEK)
    curate.add(draft, old.pk, hand(draft), FRIDAY)
    assert titles(draft)[-1] == "Old"
    for article in (old, story(language="es")):
        with pytest.raises(ServiceError):
            curate.add(draft, article.pk, hand(draft), FRIDAY)


def test_a_correction_and_a_withdrawal_reach_the_draft_by_themselves(draft: Edition) -> None:
    gold = Article.objects.get(title="Gold")
    pin(draft, "Customs")
    fixed = builders.draft(external_id=gold.external_id, title="Golden", kind="investigation", published=gold.published)
    take_in(gold.source, fixed, FRIDAY, first_import=False)
    withdraw(Article.objects.get(title="Ferry"), "", FRIDAY)
    assert titles(draft) == ["Customs", "Golden", "Port"]


def test_a_story_is_worded_anew_for_the_letter_alone(draft: Edition) -> None:
    curate.reword(draft, item(draft, "Gold"), "Who sold\r\nthe gold", "A short way to say it.", hand(draft), FRIDAY)
    letter = compose(draft, FRIDAY)
    assert letter.subject.startswith("Who sold the gold")
    assert "A short way to say it." in letter.text
    assert Article.objects.filter(title="Gold").exists()
    curate.reword(draft, item(draft, "Gold"), "", "", hand(draft), FRIDAY)
    assert compose(draft, FRIDAY).subject.startswith("Gold")


def test_whoever_worded_a_story_hears_that_the_article_changed_since(draft: Edition) -> None:
    told = curate.reword(draft, item(draft, "Gold"), "Who sold the gold", "", hand(draft), FRIDAY)
    assert not told.is_worded_for_another
    gold = Article.objects.get(title="Gold")
    hold(gold, "ana", "A name.", FRIDAY)
    release(gold, FRIDAY)
    assert not draft.items.get(pk=told.pk).is_worded_for_another  # what it says is as it was
    fixed = builders.draft(external_id=gold.external_id, title="Golden", kind="investigation", published=gold.published)
    take_in(gold.source, fixed, FRIDAY, first_import=False)
    assert draft.items.get(pk=told.pk).is_worded_for_another


def test_the_editors_letter_stands_in_every_form_with_its_writer(draft: Edition) -> None:
    gold = Article.objects.get(title="Gold")
    letter = f"Dear *readers*, [read it]({gold.canonical_url}).\r\n\r\n- one\r\n- two"
    curate.write(draft, letter, "Ana Ruiz, editor", hand(draft), FRIDAY)
    draft.refresh_from_db()
    whole, quiet = compose(draft, FRIDAY), compose(draft, FRIDAY, Segment(QUIET, PLAIN))
    assert "<em>readers</em>" in whole.html
    assert f"[1] {gold.canonical_url}\n\n-  one\n-  two\n\nAna Ruiz, editor\n" in whole.text
    assert f"[1] https://lectura.example/s/{gold.pk}" in quiet.text


@pytest.mark.parametrize(
    ("letter", "signed", "sentence"),
    [
        ("a" * 6001, "", "The letter has 6001 characters; it may have 6000."),
        ("", "b" * 101, "The name has 101 characters"),
        ("&" * 5000, "", "too many marks"),
        ("Go s7c1e9xunsubscribes7c1e9x", "", "puts into letters itself"),
        ("Thanks to *LUC&Iacute;A*\nferrer.", "", "The letter names somebody whose name is withheld."),
        ("", "Lucía Ferrer", "The name names somebody whose name is withheld."),
    ],
)
def test_what_can_not_stand_in_a_letter_is_told(draft: Edition, letter: str, signed: str, sentence: str) -> None:
    remove_byline(Author.objects.get(slug="lucia-ferrer"), FRIDAY)
    with pytest.raises(ServiceError, match=sentence):
        curate.write(draft, letter, signed, hand(draft), FRIDAY)


def test_a_change_from_an_old_view_of_the_draft_is_refused_with_a_name(draft: Edition) -> None:
    old = hand(draft, "maria")
    move(draft, "Customs", up=True)
    with pytest.raises(Stale, match="ana has changed this draft since you opened it"):
        curate.write(draft, "Dear readers", "", old, FRIDAY)
    with pytest.raises(Stale, match="in another window"):
        curate.write(draft, "Dear readers", "", Hand("ana", old.revision), FRIDAY)
    draft.refresh_from_db()
    assert draft.letter == ""


def test_each_change_says_who_did_it(draft: Edition) -> None:
    pin(draft, "Port")
    curate.leave_out(draft, item(draft, "Gold"), hand(draft, "maria"), FRIDAY)
    told = list(draft.changes.values_list("number", "by", "what", "about"))
    assert told == [(2, "maria", "left out", "Gold"), (1, "ana", "pinned", "Port")]


@pytest.mark.parametrize("state", ["approved", "sending", "paused", "sent", "cancelled", "expired"])
def test_only_a_draft_can_be_changed(draft: Edition, state: str) -> None:
    Edition.objects.update(state=state)
    number, told, mine = item(draft, "Gold"), (hand(draft), FRIDAY), Article.objects.get(title="Gold").pk
    acts: list[Any] = [
        lambda: curate.move(draft, number, *told, up=False),
        lambda: curate.place(draft, number, "briefs", None, *told),
        lambda: curate.pin(draft, number, *told),
        lambda: curate.unpin(draft, number, *told),
        lambda: curate.leave_out(draft, number, *told),
        lambda: curate.put_back(draft, number, *told),
        lambda: curate.add(draft, mine, *told),
        lambda: curate.take_in_late(draft, *told),
        lambda: curate.reword(draft, number, "x", "", *told),
        lambda: curate.write(draft, "x", "", *told),
    ]
    for act in acts:
        with pytest.raises(ServiceError, match="Only the draft of a digest can be changed"):
            act()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_it_at_once_one_is_told(draft: Edition) -> None:
    both, number = hand(draft), item(draft, "Port")

    def pinned() -> str:
        try:
            curate.pin(draft, number, both, FRIDAY)
        except Stale:
            return "stale"
        return "done"

    assert sorted(at_once(pinned, pinned)) == ["done", "stale"]
    assert draft.changes.count() == 1
