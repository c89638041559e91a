from datetime import timedelta

import pytest

from service.editions.actions.board import board
from service.editions.actions.draft import draft_due
from tests import builders
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = NOW + timedelta(days=7)


def test_a_story_without_its_translation_is_told_with_how_long_it_waits():
    builders.article(NOW + HOUR, language="en", published=NOW)
    edition = draft_due(LATER, "en")[0].edition or pytest.fail("no draft")

    told = board(edition, LATER)

    assert told.missing == {"en": 0, "es": 1}
    assert told.rows[0].lag == LATER - NOW


def test_two_languages_of_one_story_are_one_row_with_the_time_between():
    when = NOW + HOUR
    builders.article(when, language="en", translation="port", published=when, title="A port")
    builders.article(when + 2 * HOUR, language="es", translation="port", published=when + 2 * HOUR, title="Un puerto")
    edition = draft_due(LATER, "en")[0].edition or pytest.fail("no draft")

    (row,) = board(edition, LATER).rows

    assert [row.cells[one].title for one in ("en", "es")] == ["A port", "Un puerto"]
    assert row.lag == 2 * HOUR
    assert row.cells["en"].slug == edition.slug
