import pytest
from django.test import Client

from .conftest import Enter


@pytest.mark.django_db
def test_who_is_not_logged_in_is_asked_to():
    answer = Client().get("/console/")

    assert answer.status_code == 302
    assert answer["Location"].endswith("?next=/console/")


def test_whoever_has_no_role_is_told_so(enter: Enter):
    answer = enter().get("/console/")

    assert answer.status_code == 403
    assert "An administrator can change that." in answer.text


def test_a_reader_of_numbers_sees_today(enter: Enter):
    answer = enter("reader").get("/console/")

    assert answer.status_code == 200
    assert "<h1>Today</h1>" in answer.text


def test_the_desk_speaks_the_language_that_was_chosen(enter: Enter):
    desk = enter("reader")

    desk.post("/console/language", {"language": "es"})

    assert '<html lang="es">' in desk.get("/console/").text


def test_no_page_of_the_desk_is_kept_or_framed_by_others(enter: Enter):
    answer = enter("reader").get("/console/")

    assert answer["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
