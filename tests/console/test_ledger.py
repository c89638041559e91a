"""What is done at the desk is written down."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from service.content.models import Topic
from service.people.models import Deed

from .conftest import Enter


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


def test_looking_leaves_no_trace(enter: Enter) -> None:
    enter("administrator").get("/console/")

    assert not Deed.objects.exists()


@pytest.mark.django_db
def test_readers_leave_no_trace_whatever_they_do() -> None:
    Client().post("/subscribe", {"address": "ana@readers.example"})

    assert not Deed.objects.exists()
    assert not User.objects.exists()
