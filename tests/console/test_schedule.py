import pytest

from service.editions.models import Schedule

from .conftest import Enter

CHOSEN = {"weekday": "0", "at": "07:30", "zone": "America/Mexico_City", "active": "on"}


def test_an_editor_moves_the_weekly_to_another_hour(enter: Enter):
    page = enter("editor").post("/console/schedule/en", CHOSEN, follow=True)

    assert "The next weekly in English is drafted on Monday" in page.text
    assert str(Schedule.objects.get(language="en")) == "en: Monday 07:30 America/Mexico_City"


def test_a_weekly_can_be_stopped_from_drafting_itself(enter: Enter):
    page = enter("editor").post("/console/schedule/es", {**CHOSEN, "active": []}, follow=True)

    assert "is no longer drafted by itself" in page.text
    assert not Schedule.objects.get(language="es").active


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"at": "half past"}, "is no hour"), ({"zone": "Mars/North"}, "zone"), ({"weekday": "9"}, "Choose a day")],
)
def test_an_hour_that_is_none_is_refused_with_a_sentence(enter: Enter, wrong: dict[str, str], sentence: str):
    page = enter("editor").post("/console/schedule/en", {**CHOSEN, **wrong}, follow=True)

    assert sentence in page.text
    assert Schedule.objects.get(language="en").weekday == 4
