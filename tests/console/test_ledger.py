"""What is done at the desk is written down."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import load_command_class
from django.test import Client
from django.utils import translation

from service.cli.management import commands
from service.console.deed_words import deed_name, has_words
from service.content.models import Topic
from service.people.models import Deed

from .conftest import Enter
from .views import every_view


def test_what_is_done_at_the_desk_is_written_down_before_and_after(enter: Enter) -> None:
    enter("reader", name="maria").post("/console/language", {"language": "es"})

    told = [(deed.by, deed.what, deed.outcome) for deed in Deed.objects.order_by("id")]
    assert told == [("maria", "console:speak", "asked"), ("maria", "console:speak", "done")]
    assert Deed.objects.get(outcome="done").asked == Deed.objects.get(outcome="asked")


def test_an_attempt_beyond_somebodys_rights_is_written_down(enter: Enter) -> None:
    enter().post("/console/language")

    assert Deed.objects.get(asked__isnull=False).outcome == "refused"


def test_what_is_changed_among_the_raw_records_is_written_down(enter: Enter) -> None:
    topic = Topic.objects.create(slug="customs", names={"en": "Custom"})
    enter("administrator").post(f"/admin/content/topic/{topic.pk}/change/", {"names": '{"en": "Customs"}'})

    told = list(Deed.objects.order_by("id").values_list("what", "about", "outcome"))[-1]
    assert told == ("admin:content_topic_change", f"object_id={topic.pk}", "done")
    topic.refresh_from_db()
    assert topic.names == {"en": "Customs"}


def test_the_log_has_words_for_whatever_is_done_at_the_desk() -> None:
    desk = [view for view in every_view() if view.namespaces == ("console",)]
    allowed = {f"console:{view.name}": Client().put(view.address).get("Allow", "POST") for view in desk}

    assert [name for name, methods in allowed.items() if "POST" in methods and not has_words(name)] == []
    assert [name for name, methods in allowed.items() if "POST" not in methods and has_words(name)] == []


def test_the_log_has_words_for_whatever_a_person_decides_at_the_command_line() -> None:
    verbs = [path.stem for path in Path(commands.__path__[0]).glob("[a-z]*.py")]
    noted = [name for name in verbs if getattr(load_command_class("service.cli", name), "noted", False)]

    assert noted
    assert [name for name in noted if not has_words(name)] == []


def test_the_log_speaks_the_language_of_whoever_reads_it() -> None:
    with translation.override("es"):
        assert deed_name("console:article_hold") == "Retuvo un artículo"


def test_looking_leaves_no_trace(enter: Enter) -> None:
    enter("administrator").get("/console/")

    assert not Deed.objects.exists()


@pytest.mark.django_db
def test_readers_leave_no_trace_whatever_they_do() -> None:
    Client().post("/subscribe", {"address": "ana@readers.example"})

    assert not Deed.objects.exists()
    assert not User.objects.exists()
