from __future__ import annotations

import pytest

from service.content.models import Article, Author
from service.toolbox import clock
from tests import builders

from .conftest import Enter

NAMES = "/console/articles/names/"
LUCIA = f"{NAMES}lucia-ferrer/"


@pytest.fixture
def story(db: None) -> Article:
    return builders.article(clock.now(), body="<p>Lucía Ferrer saw it.</p>")


def lucia() -> Author:
    return Author.objects.get(slug="lucia-ferrer")


def test_the_desk_reads_what_a_removal_does_before_the_name_goes(enter: Enter, story: Article):
    desk = enter("publisher")

    assert "Take the name off 1 article" in desk.get(LUCIA).text
    assert lucia().withheld_at is None

    shown = desk.post(f"{LUCIA}remove", follow=True).text
    assert "1 article is told again without it" in shown
    assert lucia().withheld_at is not None


def test_stories_that_name_the_person_in_their_own_words_are_listed(enter: Enter, story: Article):
    assert story.canonical_url in enter("publisher").get(LUCIA).text


def test_a_name_stands_again(enter: Enter, story: Article):
    desk = enter("publisher")
    desk.post(f"{LUCIA}remove")

    assert "stands again on 1 article" in desk.post(f"{LUCIA}restore", follow=True).text
    assert lucia().withheld_at is None


def test_whoever_the_cms_knows_twice_is_found_by_both(enter: Enter, story: Article):
    Author.objects.create(slug="lferrer", names={"es": "Lucia Ferrer"})

    assert f"{NAMES}lferrer/" in enter("publisher").get(LUCIA).text


def test_an_author_is_found_by_a_part_of_the_name(enter: Enter, story: Article):
    Author.objects.create(slug="otro", names={"en": "Otro Nombre"})

    found = enter("publisher").get(NAMES, {"words": "ferrer lucía"}).text

    assert LUCIA in found
    assert "Otro" not in found


def test_an_editor_takes_no_name_off(enter: Enter, story: Article):
    assert enter("editor").post(f"{LUCIA}remove").status_code == 403
    assert lucia().withheld_at is None
