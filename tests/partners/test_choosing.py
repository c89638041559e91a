"""What a partner's filters let through."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.content.models import Article
from service.partners.actions.choosing import chosen, tried
from service.partners.rules.selection import Selection, Subjects, matches
from tests import builders

pytestmark = pytest.mark.django_db

TOPICS, COUNTRIES, KINDS = ("customs", "prisons"), ("pe", "ec"), ("brief", "analysis")


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True).map(tuple)


SELECTIONS = st.builds(
    Selection,
    some(("en", "es")),
    some(TOPICS),
    some(COUNTRIES),
    some(KINDS),
    some(TOPICS),
    some(COUNTRIES),
    some(KINDS),
)


@pytest.fixture
def stories(now: datetime) -> list[Article]:
    subjects = [((), ()), (("customs",), ("PE",)), (("customs", "prisons"), ("PE", "EC")), (("prisons",), ())]
    return [
        builders.article(now, topics=topics, countries=countries, kind=kind, language=language)
        for topics, countries in subjects
        for kind in KINDS
        for language in ("en", "es")
    ]


@given(SELECTIONS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_the_query_and_the_rule_let_the_same_through(stories: list[Article], selection: Selection) -> None:
    expected = {
        story.pk
        for story in stories
        if matches(
            selection,
            Subjects(
                story.language,
                story.kind,
                [topic.slug for topic in story.topics.all()],
                [country.slug for country in story.countries.all()],
            ),
        )
    }
    assert {story.pk for story in chosen(selection, Article.objects.all())} == expected


def test_a_preview_shows_which_of_the_last_twenty_would_have_come(now: datetime) -> None:
    for number in range(21):
        builders.article(now, topics=("customs",) if number % 2 else ("prisons",))
    found = tried(Selection(topics=("customs",)), now)
    assert len(found) == 20
    assert {one.chosen for one in found} == {True, False}
    assert all(one.chosen == (one.article.topics.get().slug == "customs") for one in found)
