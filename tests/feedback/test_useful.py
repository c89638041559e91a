"""What readers found useful may stand in the next digest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.content.actions.store import withdraw
from service.content.models import Article
from service.editions.actions.compose import compose
from service.editions.actions.seal import seal_of
from service.editions.models import Edition
from service.editions.segments import Segment
from service.feedback.models import Tally
from service.newsroom.current import newsroom
from service.newsroom.rules import BadNewsroomFile
from tests.editions.desk import BEFORE, FRIDAY, approved, drafted, go, story

pytestmark = pytest.mark.django_db
NEXT = FRIDAY + timedelta(days=7)


@pytest.fixture
def wanted(change_newsroom: Any) -> None:
    change_newsroom("useful = false", "useful = true")


def voted(edition: Edition, article: Article, yes: int, no: int) -> None:
    Tally.objects.create(key=f"{edition.mailing_key}#{article.key}", title=article.title, yes=yes, no=no)


def two_weeks(language: str = "en") -> tuple[dict[str, Article], Edition]:
    """Last week's stories with their votes, and this week's draft."""
    told = {"best": (20, 0), "good": (12, 8), "fine": (9, 1), "fair": (7, 3), "few": (9, 0), "bad": (11, 9)}
    articles = {name: story(BEFORE, title=f"Story {name}", language=language, kind="brief") for name in told}
    last = approved(FRIDAY, language)
    go(FRIDAY)
    for name, (yes, no) in told.items():
        voted(last, articles[name], yes, no)
    story(NEXT - timedelta(hours=1), title="This week", language=language, kind="brief")
    return articles, drafted(NEXT, language)


def block(edition: Edition, heading: str = "READERS FOUND USEFUL") -> list[str]:
    text = compose(edition, NEXT).text
    return [line.removeprefix("STORY ").lower() for line in text.partition(heading)[2].splitlines() if "STORY " in line]


def test_up_to_three_that_ten_answered_and_three_in_five_liked(wanted: None) -> None:
    _, edition = two_weeks()
    assert block(edition) == ["best", "fine", "fair"]
    html = compose(edition, NEXT).html
    assert html.index("Readers found useful") < html.index("Story best") < html.index("Story fine")


def test_without_the_newsrooms_wish_there_is_no_block() -> None:
    _, edition = two_weeks()
    drawn = compose(edition, NEXT)
    assert "useful" not in (drawn.html + drawn.text).lower().replace("is useful to you", "")


def test_a_withdrawn_story_and_one_of_this_letter_are_not_shown(wanted: None) -> None:
    articles, edition = two_weeks()
    withdraw(articles["best"], "It was wrong.", NEXT)
    edition.items.create(article=articles["fine"], section="briefs", section_order=3, position=9)
    assert block(edition) == ["fair"]


def test_votes_that_come_after_the_draft_change_nothing_in_it(wanted: None) -> None:
    _, edition = two_weeks()
    before = seal_of(edition, NEXT)
    Tally.objects.filter(title="Story best").update(yes=0, no=40)
    Tally.objects.filter(title="Story few").update(yes=60)
    assert seal_of(edition, NEXT) == before


def test_another_language_has_its_own(wanted: None) -> None:
    two_weeks("es")
    story(BEFORE, title="English", kind="brief")
    approved(FRIDAY, "en")
    go(FRIDAY)
    story(NEXT - timedelta(hours=1), title="This week", kind="brief")
    assert block(drafted(NEXT, "en")) == []
    assert len(block(Edition.objects.get(language="es", state="drafted"), "LES SIRVIÓ")) == 0


def test_a_quiet_letter_has_no_such_block(wanted: None) -> None:
    _, edition = two_weeks()
    assert "useful" not in compose(edition, NEXT, Segment(form="quiet")).text.lower()


def test_the_newsroom_file_may_leave_it_out_but_not_say_nonsense(change_newsroom: Any) -> None:
    change_newsroom("useful = false  ", "")
    assert not newsroom().show_useful
    change_newsroom('approval = "one"', 'useful = "yes"\napproval = "one"')
    with pytest.raises(BadNewsroomFile, match=r"digest\.useful is not a bool"):
        newsroom()
