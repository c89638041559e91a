"""A name that is withheld stands in no letter that leaves, whoever wrote it there and whenever it was withheld."""

from __future__ import annotations

from typing import Any

import pytest

from service.content.actions.bylines import remove_byline
from service.content.models import Article, Author
from service.content.rules.drafts import Person
from service.editions.actions import unname as unnaming
from service.editions.actions.approval import say_yes, take_back
from service.editions.actions.curate import Hand, write
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import raise_alerts
from service.editions.actions.seal import seal_of
from service.editions.models import Approval, Edition
from service.toolbox.errors import ServiceError
from tests import builders

from .desk import FRIDAY, WEEK, drafted, go, story
from .test_approval import LATER, to_readers, to_the_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Edition:
    """The person wrote none of its stories."""
    story(FRIDAY - 20 * WEEK)
    story(authors=(Person("ana-ruiz", "Ana Ruiz"),))
    builders.reader(FRIDAY)
    return drafted()


def thanked(edition: Edition) -> None:
    """By the editor, in the letter."""
    write(edition, "We thank Lucía\nFerrer.", "", Hand("ana", edition.revision), FRIDAY)
    edition.refresh_from_db()


def withhold() -> None:
    remove_byline(Author.objects.get(slug="lucia-ferrer"), FRIDAY)


def test_a_draft_that_names_the_person_is_not_approved(draft: Edition) -> None:
    thanked(draft)
    withhold()
    with pytest.raises(ServiceError, match="names somebody whose name is withheld"):
        say_yes(draft, "maria", FRIDAY, seal_of(draft, FRIDAY))


def test_approved_before_it_was_withheld_it_waits_again_and_the_desk_hears_why(sink: Any, draft: Edition) -> None:
    thanked(draft)
    say_yes(draft, "maria", FRIDAY, seal_of(draft, FRIDAY))
    withhold()
    go(LATER)
    go(LATER)
    draft.refresh_from_db()
    assert (draft.state, to_readers(sink)) == ("drafted", [])
    assert Approval.objects.get().why == Approval.NAMED
    assert len([one for one in to_the_desk(sink) if one.startswith("It waits again: ")]) == 1


def test_what_is_taken_back_while_the_name_is_searched_stays_a_draft(
    monkeypatch: pytest.MonkeyPatch, draft: Edition
) -> None:
    say_yes(draft, "maria", FRIDAY, seal_of(draft, FRIDAY))
    Edition.objects.update(content_hash="x" * 64, text="By Lucía Ferrer")
    withhold()
    draft.refresh_from_db()
    real = unnaming.redraw

    def slowly(*given: Any) -> Any:
        drawn = real(*given)
        take_back(draft, "olga", FRIDAY)
        return drawn

    monkeypatch.setattr(unnaming, "redraw", slowly)
    assert unnaming.unname(draft, FRIDAY) == ""
    draft.refresh_from_db()
    assert (draft.state, draft.content_hash, draft.text) == ("drafted", "", "")


def test_the_desk_hears_of_an_alert_that_is_stopped_because_it_names_the_person(sink: Any) -> None:
    builders.reader(FRIDAY)
    story(FRIDAY, kind="news")
    raise_alerts(FRIDAY)
    dispatch_editions(FRIDAY)
    Article.objects.update(standfirst="What Lucía Ferrer found.")
    withhold()
    go(FRIDAY)
    go(FRIDAY)
    assert to_readers(sink) == []
    (told,) = [one for one in builders.letters(sink.folder) if str(one["Subject"]).startswith("Stopped: ")]
    assert "names somebody whose name was withheld" in builders.part(told, "plain")
    assert "Ferrer" not in told.as_string()
