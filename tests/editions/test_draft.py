from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from service.content.actions.pull import add_source, pull
from service.content.actions.store import withdraw
from service.content.models import Article
from service.editions.actions.decide import approve, expire, stop
from service.editions.actions.draft import draft_due, draft_now, draft_week, raise_alerts, why_no_alert
from service.editions.models import Edition, EditionItem, Schedule
from service.toolbox.errors import ServiceError
from tests.delivery.threads import at_once

from .desk import BEFORE, FRIDAY, WEEK, approved, drafted, story, titles

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
OLD_STORY = Path(__file__).resolve().parents[1] / "samples" / "old-story.md"


def test_at_its_hour_the_weeks_digest_is_drafted_and_waits() -> None:
    story(title="Ferries")
    edition = drafted(FRIDAY)
    assert (edition.slug, edition.state) == ("weekly-2026-w48-en", "drafted")
    assert titles(edition) == ["Ferries"]
    assert edition.expires_at == FRIDAY + timedelta(hours=48)


def test_the_desk_can_choose_another_hour() -> None:
    Schedule.objects.create(language="en", weekday=0, at="18:30", zone="Europe/Madrid")
    story(datetime.fromisoformat("2026-11-23T17:00Z"))
    assert draft_due(datetime.fromisoformat("2026-11-23T17:29Z"), "en")[0].edition is None
    assert draft_due(datetime.fromisoformat("2026-11-23T17:30Z"), "en")[0].edition


def test_a_zone_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValidationError, match="zone is unknown"):
        Schedule(language="en", zone="Bogota").full_clean()


def test_a_schedule_that_is_off_drafts_nothing() -> None:
    story()
    draft_due(FRIDAY - WEEK)
    Schedule.objects.update(active=False)
    assert draft_due(FRIDAY) == []


def test_a_week_is_drafted_once_and_the_second_time_says_so() -> None:
    drafted()
    (again,) = draft_due(FRIDAY + timedelta(hours=1), "en")
    assert again.edition is None
    assert again.sentence == "weekly-2026-w48-en is drafted already; a week is drafted once."


def test_with_nothing_new_nothing_is_drafted_and_a_sentence_says_so() -> None:
    told = [done.sentence for done in draft_due(FRIDAY)]
    assert told[0] == "Nothing to send: weekly-2026-w48-en would have no story. It is not drafted."
    assert not Edition.objects.exists()


def test_with_the_clock_a_year_ahead_there_is_nothing_new() -> None:
    approved()
    (done,) = draft_due(FRIDAY + timedelta(days=365), "en")
    assert done.sentence.startswith("Nothing to send")


def test_a_language_that_there_is_not_gets_a_sentence() -> None:
    with pytest.raises(ServiceError, match=r"no newsroom in 'fr'; newsroom\.toml has en, es"):
        draft_due(FRIDAY, "fr")


def test_a_story_seen_exactly_at_the_border_is_in_the_later_digest_alone() -> None:
    story(FRIDAY - SECOND, title="Just before", published=BEFORE)
    story(FRIDAY, title="At the border", published=BEFORE)
    assert titles(approved(FRIDAY)) == ["Just before"]
    assert titles(approved(FRIDAY + WEEK)) == ["At the border"]


def test_the_first_digest_takes_seven_days() -> None:
    story(FRIDAY - WEEK - SECOND, title="Too old", published=FRIDAY - timedelta(days=8))
    story(FRIDAY - WEEK, title="A week old", published=FRIDAY - timedelta(days=8))
    assert titles(drafted()) == ["A week old"]


def test_whenever_stories_come_each_is_in_exactly_one_digest() -> None:
    for number in range(30):
        story(FRIDAY - WEEK + timedelta(hours=number * 23.2), title=f"Story {number:02d}")
    found = [title for week in range(5) for title in titles(approved(FRIDAY + week * WEEK))]
    assert sorted(found) == [f"Story {number:02d}" for number in range(30)]


def test_weeks_with_nothing_lose_no_story() -> None:
    approved(FRIDAY)
    story(FRIDAY + timedelta(hours=1), title="Early")
    assert titles(drafted(FRIDAY + 3 * WEEK)) == ["Early"]


def test_a_story_that_was_being_taken_in_while_the_digest_was_drafted_is_in_the_next() -> None:
    approved(FRIDAY)
    story(FRIDAY - timedelta(minutes=3), title="Took a while")
    assert titles(drafted(FRIDAY + WEEK)) == ["Took a while"]


def test_a_back_dated_story_is_news_when_it_is_first_seen() -> None:
    story(title="From the archive", published=FRIDAY - timedelta(days=900))
    assert titles(drafted()) == ["From the archive"]


def test_a_first_import_raises_no_alert_and_only_its_last_week_is_in_the_digest() -> None:
    story(first_import=True, title="New", published=BEFORE)
    story(first_import=True, title="Old", published=FRIDAY - timedelta(days=8))
    assert raise_alerts(BEFORE) == []
    assert titles(drafted()) == ["New"]


def test_what_a_draft_that_nobody_approved_held_is_in_the_next() -> None:
    first = drafted()
    assert expire(first, first.expires_at + SECOND)
    assert titles(drafted(FRIDAY + WEEK)) == titles(first)


def test_what_a_stopped_draft_held_is_in_the_next_but_not_what_readers_got() -> None:
    story(title="Never sent")
    stop(drafted(), FRIDAY)
    story(FRIDAY + timedelta(days=1), title="Sent to some")
    second = drafted(FRIDAY + WEEK)
    assert sorted(titles(second)) == ["Never sent", "Sent to some"]
    approve(second, "ana", FRIDAY + WEEK)
    stop(second, FRIDAY + WEEK)
    assert draft_due(FRIDAY + 2 * WEEK, "en")[0].edition is None


def test_what_was_left_out_does_not_come_back() -> None:
    story(title="Left out")
    story(title="Shown")
    edition = drafted()
    EditionItem.objects.filter(article__title="Left out").update(left_out=True)
    assert titles(edition) == ["Shown"]
    approve(edition, "ana", FRIDAY)
    assert draft_due(FRIDAY + WEEK, "en")[0].edition is None


def test_sections_stand_in_the_order_of_newsroom_toml(change_newsroom: Any) -> None:
    change_newsroom('"latest-investigation", "featured", "analysis", "briefs"', '"briefs", "analysis", "featured"')
    for kind in ("feature", "brief", "analysis"):
        story(kind=kind, title=kind)
    assert titles(drafted()) == ["brief", "analysis", "feature"]


def test_the_same_story_in_the_other_language_is_no_second_item() -> None:
    story(language="en", translation="ferries", title="Ferries")
    story(language="es", translation="ferries", title="Transbordadores")
    assert titles(drafted(language="en")) == ["Ferries"]
    assert titles(drafted(language="es")) == ["Transbordadores"]


def test_a_story_withdrawn_before_the_hour_is_not_in_it() -> None:
    story(title="Kept")
    withdraw(story(title="Gone"), "", BEFORE)
    assert titles(drafted()) == ["Kept"]


def test_where_newsroom_toml_wants_no_approval_it_goes_out_by_itself(change_newsroom: Any) -> None:
    change_newsroom('approval = "one"', 'approval = "none"')
    edition = drafted()
    assert (edition.state, edition.approved_by) == ("approved", "newsroom.toml")


def test_before_its_hour_a_week_can_be_drafted_with_what_is_new_so_far() -> None:
    story(title="So far")
    edition = draft_now(BEFORE + SECOND, "en").edition
    assert edition
    assert titles(edition) == ["So far"]
    story(FRIDAY - SECOND, title="Later")
    approve(edition, "ana", BEFORE + SECOND)
    assert titles(drafted(FRIDAY + WEEK)) == ["Later"]


def test_an_old_story_is_in_its_own_week_and_raises_no_alert(now: datetime, tmp_path: Path) -> None:
    shutil.copy(OLD_STORY, tmp_path)
    pull(add_source("markdown", str(tmp_path), "en"), now)
    (done,) = draft_week("2014-w39", now, "en")
    assert done.edition
    assert done.edition.slug == "weekly-2014-w39-en"
    assert titles(done.edition) == ["Peru Names Special Prosecutors for Human Trafficking Hotspots"]
    assert raise_alerts(now) == []
    assert "it was published on 2014-09-26, over a day ago" in why_no_alert(Article.objects.get(), now)


def test_a_named_old_week_does_not_stretch_the_next_digest() -> None:
    story(FRIDAY - timedelta(days=300), title="Long ago", published=datetime.fromisoformat("2014-09-24T12:00Z"))
    story(FRIDAY - timedelta(days=100), title="In summer")
    draft_week("2014-w39", FRIDAY - timedelta(days=100), "en")
    story(title="New")
    assert titles(drafted()) == ["New"]


def test_what_a_named_week_held_is_not_sent_again() -> None:
    story(title="Told already")
    (done,) = draft_week("2026-w48", BEFORE, "en")
    assert done.edition
    approve(done.edition, "ana", BEFORE)
    story(FRIDAY + timedelta(hours=1), title="New")
    assert titles(drafted(FRIDAY + WEEK)) == ["New"]


@pytest.mark.django_db(transaction=True)
def test_drafted_by_several_workers_at_once_it_is_one() -> None:
    story()
    done = at_once(*[lambda: draft_due(FRIDAY, "en")[0]] * 4)
    assert len([one for one in done if one.edition]) == 1
    assert Edition.objects.count() == EditionItem.objects.count() == 1


def test_not_a_second_before_its_hour() -> None:
    story()
    draft_due(FRIDAY - SECOND)
    assert not Edition.objects.filter(slug="weekly-2026-w48-en").exists()
