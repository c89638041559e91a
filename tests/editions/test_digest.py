"""The weekly digest, from its hour to the mailbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from service.content.actions.store import take_in, withdraw
from service.content.models import Article
from service.content.rules.drafts import Link
from service.delivery.actions.send import send_due
from service.editions.actions.compose import compose
from service.editions.actions.decide import approve, preview, send_test, stop
from service.editions.actions.dispatch import dispatch_editions
from service.editions.models import EditionItem
from service.toolbox.errors import ServiceError
from tests import builders

from .desk import FRIDAY, WEEK, drafted, mailing_of, story, titles

pytestmark = pytest.mark.django_db


def mailed(sink: Any, now: datetime, who: str) -> list[Any]:
    dispatch_editions(now)
    send_due(now)
    return [letter for letter in builders.letters(sink.folder) if letter["To"] == who]


def test_a_draft_waits_for_approval_and_the_desk_gets_one_preview(sink: Any) -> None:
    story(title="Gold on the river")
    edition = drafted()
    for minutes in range(3):
        letters = mailed(sink, FRIDAY + timedelta(minutes=minutes), "desk@cauce.example")
    (letter,) = letters
    text = builders.part(letter, "plain")
    assert "GOLD ON THE RIVER" in text
    assert f"/console/editions/{edition.slug}/" in text
    edition.refresh_from_db()
    assert edition.state == "drafted"


def test_a_draft_that_nobody_approves_expires_with_a_notice_and_its_stories_return(sink: Any) -> None:
    story(title="Gold")
    edition = drafted()
    mailed(sink, FRIDAY, "")
    letters = mailed(sink, FRIDAY + timedelta(hours=73), "desk@cauce.example")
    edition.refresh_from_db()
    assert edition.state == "expired"
    assert len(letters) == 2
    assert titles(drafted(FRIDAY + WEEK)) == ["Gold"]


def test_without_approval_it_goes_out_by_itself(change_newsroom: Any, sink: Any) -> None:
    change_newsroom('approval = "one"', 'approval = "none"')
    story()
    builders.reader(FRIDAY)
    drafted()
    assert mailed(sink, FRIDAY, "ana@readers.example") == []
    assert len(mailed(sink, FRIDAY + timedelta(minutes=5), "ana@readers.example")) == 1


def test_an_approved_digest_reaches_those_who_asked_once(sink: Any) -> None:
    story()
    builders.reader(FRIDAY, "ana", wants="both")
    builders.reader(FRIDAY, "bruno", wants="weekly")
    builders.reader(FRIDAY, "carla", wants="alerts")
    builders.reader(FRIDAY, "diego", language="es")
    edition = drafted()
    approve(edition, "ana", FRIDAY)
    for minutes in range(3):
        mailed(sink, FRIDAY + timedelta(minutes=minutes), "")
    readers = sorted(letter["To"] for letter in builders.letters(sink.folder) if letter["List-Id"])
    assert readers == ["ana@readers.example", "bruno@readers.example"]
    edition.refresh_from_db()
    assert edition.state == "sent"


def test_approving_or_stopping_twice_gets_a_sentence() -> None:
    story()
    edition = drafted()
    approve(edition, "ana", FRIDAY)
    with pytest.raises(ServiceError, match="only a draft can be approved"):
        approve(edition, "ana", FRIDAY)
    stop(edition, FRIDAY)
    with pytest.raises(ServiceError, match="nothing left to stop"):
        stop(edition, FRIDAY)


def test_the_desk_decides_order_letter_and_what_is_left_out() -> None:
    for title in ("A", "B", "C"):
        story(title=f"Story {title}", kind="brief")
    edition = drafted()
    EditionItem.objects.filter(edition=edition, article__title="Story A").update(position=0)
    EditionItem.objects.filter(edition=edition, article__title="Story B").update(position=1)
    EditionItem.objects.filter(edition=edition, article__title="Story C").update(left_out=True)
    edition.letter = "Dear readers.\n\nA second paragraph."
    edition.save()
    text = compose(edition, FRIDAY).text
    assert text.index("Dear readers.") < text.index("STORY A") < text.index("STORY B")
    assert "STORY C" not in text


def test_the_twin_is_a_link_in_the_other_language_and_no_second_story() -> None:
    story(title="Gold", translation="t")
    es = story(title="Oro", translation="t", language="es")
    text = compose(drafted(), FRIDAY).text
    assert "ORO" not in text
    assert es.canonical_url in text


def test_a_correction_and_a_withdrawal_since_the_last_digest_are_told() -> None:
    old = [builders.article(FRIDAY - timedelta(days=3), title=f"Old {n}") for n in (1, 2)]
    approve(drafted(), "ana", FRIDAY)
    later = FRIDAY + timedelta(days=2)
    fixed = builders.draft(external_id=old[0].external_id, title="Old 1", change="correction", note="It was Tacna.")
    take_in(old[0].source, fixed, later, first_import=False)
    withdraw(old[1], "", later)
    text = compose(drafted(FRIDAY + WEEK), FRIDAY).text
    assert "It was Tacna." in text
    assert "Old 2" in text


def test_the_same_rows_give_the_same_letter() -> None:
    story()
    edition = drafted()
    assert compose(edition, FRIDAY) == compose(edition, FRIDAY)


def test_the_desks_own_appeal_stands_in_for_the_default() -> None:
    story()
    edition = drafted()
    assert "https://cauce.example/donate/?from=weekly-2026-w48-en" in compose(edition, FRIDAY).text
    builders.campaign(text="For the boat.")
    text = compose(edition, FRIDAY).text
    assert "For the boat." in text
    assert "https://cauce.example/row/?from=weekly-2026-w48-en" in text
    assert "https://cauce.example/donate/" not in text


def test_a_preview_and_a_test_letter_open_nobodys_page(sink: Any) -> None:
    story()
    edition = drafted()
    send_test(edition, "ana@readers.example", FRIDAY)
    send_due(FRIDAY + timedelta(minutes=1))
    (letter,) = [one for one in builders.letters(sink.folder) if one["To"] == "ana@readers.example"]
    assert letter["Subject"].startswith("[Test]")
    for text in (preview(edition, FRIDAY).html, builders.part(letter, "plain")):
        assert "/unsubscribe/" not in text
        assert "s7c1e9x" not in text


def test_a_story_withdrawn_before_the_letter_is_frozen_is_not_in_it() -> None:
    for title in ("Stays", "Goes"):
        story(title=title)
    edition = drafted()
    withdraw(Article.objects.get(title="Goes"), "", FRIDAY)
    assert "GOES" not in compose(edition, FRIDAY).text


def test_what_was_left_out_is_nowhere_in_it() -> None:
    link = {"title": "Left out", "url": "https://cauce.example/left-out/"}
    story(url=link["url"], title="Left out", published=FRIDAY - timedelta(days=2), kind="brief")
    story(title="Shown", kind="investigation", see_also=(Link(**link),))
    edition = drafted()
    edition.items.filter(article__title="Left out").update(left_out=True)
    letter = compose(edition, FRIDAY)
    assert "left-out" not in letter.html + letter.text
    assert "LEFT OUT" not in letter.text


def test_see_also_leads_to_older_stories_on_the_leads_topic() -> None:
    older = story(FRIDAY - timedelta(days=60), title="Older", topics=("customs",))
    story(FRIDAY - timedelta(days=60), title="Elsewhere", topics=("prisons",))
    story(title="Lead", kind="investigation", topics=("customs",))
    text = compose(drafted(), FRIDAY).text
    assert older.canonical_url in text
    assert "Elsewhere" not in text


def test_of_a_story_corrected_twice_the_last_word_is_told_and_a_restored_one_is_not_called_withdrawn() -> None:
    fixed, back = story(FRIDAY - timedelta(days=9), title="Fixed"), story(FRIDAY - timedelta(days=9), title="Back")
    for note in ("It was Tacna.", "It was Piura."):
        again = builders.draft(external_id=fixed.external_id, title=note, change="correction", note=note)
        take_in(fixed.source, again, FRIDAY - timedelta(days=1), first_import=False)
    withdraw(back, "", FRIDAY - timedelta(days=1))
    restored = builders.draft(external_id=back.external_id, title="Back again")
    take_in(back.source, restored, FRIDAY - timedelta(hours=2), first_import=False)
    text = compose(drafted(), FRIDAY).text
    assert "It was Piura." in text
    assert "It was Tacna." not in text
    assert "WITHDRAWN" not in text


def test_with_only_a_correction_there_is_a_letter_about_it(sink: Any) -> None:
    fixed = story(FRIDAY - timedelta(days=9), title="Fixed")
    again = builders.draft(external_id=fixed.external_id, title="Fixed", change="correction", note="It was Tacna.")
    take_in(fixed.source, again, FRIDAY - timedelta(days=1), first_import=False)
    edition = drafted()
    assert titles(edition) == []
    assert "It was Tacna." in compose(edition, FRIDAY).text


def test_the_desk_reads_what_went_out_not_what_would_go_out_now(sink: Any) -> None:
    one = story(title="As it was")
    edition = drafted()
    approve(edition, "ana", FRIDAY)
    mailed(sink, FRIDAY, "")
    take_in(one.source, builders.draft(external_id=one.external_id, title="As it is"), FRIDAY, first_import=False)
    edition.refresh_from_db()
    assert "AS IT WAS" in preview(edition, FRIDAY).text


def test_an_approved_digest_that_could_not_go_out_in_three_days_does_not(sink: Any) -> None:
    builders.reader(FRIDAY)
    edition = drafted()
    approve(edition, "ana", FRIDAY)
    told = dispatch_editions(FRIDAY + timedelta(hours=72, seconds=1))
    assert told == ["weekly-2026-w48-en expired: it could not go out in time."]
    letters = mailed(sink, FRIDAY + timedelta(hours=73), "desk@cauce.example")
    assert len(letters) == len(builders.letters(sink.folder)) == 1


def test_an_approved_draft_is_told_once_and_a_stopped_one_reaches_nobody(sink: Any) -> None:
    builders.reader(FRIDAY)
    edition = drafted()
    approve(edition, "ana", FRIDAY)
    dispatch_editions(FRIDAY)
    assert stop(edition, FRIDAY) == 1
    assert mailed(sink, FRIDAY, "ana@readers.example") == []
    assert mailing_of(edition).counts()["cancelled"] == 1
