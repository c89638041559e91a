"""All that is held about a reader goes to the reader's own mailbox, and nowhere else."""

from __future__ import annotations

import json
import re
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignKey

from service.audience.actions import confirm, subscribe
from service.audience.disclosure import held, mail_all_of
from service.audience.models import Subscriber
from service.audience.rules import Choices
from service.content.models import Topic
from service.delivery.actions import bounces
from service.delivery.actions.send import send_due
from service.delivery.models import Message
from service.delivery.rules.returns import NO_REPLY
from service.toolbox import clock, tokens
from tests import builders

pytestmark = pytest.mark.django_db
ANA = "ana@readers.example"


@pytest.fixture
def reader(now: datetime) -> Subscriber:
    Topic.objects.create(slug="customs", names={"en": "Customs"})
    subscribe(ANA, Choices("en", "both", ("customs",)), now)
    found = Subscriber.objects.select_related("address").get()
    confirm(tokens.sign("confirm", found.key), now)
    send_due(now)
    bounces.bounced(Message.objects.get(), found.address, hard=True, now=now, reply=NO_REPLY)
    return found


def test_it_holds_what_every_table_says(reader: Subscriber) -> None:
    told = held(reader)
    assert (told["chosen"]["wants"], told["chosen"]["interests"]) == ("both", "topic:customs")
    assert [one["what"] for one in told["consent"]] == ["asked", "confirmed"]
    assert [(one["letter"], one["state"]) for one in told["letters"]] == [("confirm", "accepted")]
    assert [one["kind"] for one in told["bounces"]] == ["hard"]
    assert [one["reason"] for one in told["suppressions"]] == ["hard bounce"]


def test_every_column_about_a_reader_is_in_it(reader: Subscriber) -> None:
    told = held(reader)["chosen"]
    fields = [field.name for field in Subscriber._meta.get_fields() if not field.auto_created]
    assert set(fields) - set(told) == {"key", "address"}


def test_no_table_that_points_to_an_address_is_left_out() -> None:
    """A new one must be told to readers too: add it to disclosure.py, and here."""
    pointing = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.related_model.__name__ in ("Address", "Subscriber")
    }
    known = {"audience.Subscriber.address", "delivery.Message.address", "delivery.Bounce.address"}
    assert pointing == known


def test_it_is_mailed_to_the_mailbox_as_json(now: datetime, tmp_path: Path) -> None:
    other, reader = builders.reader(now, "other"), builders.reader(now, "ana", "es")
    mail_all_of(reader.key, now)
    send_due(now)
    (letter,) = builders.letters(tmp_path / "outbox")
    assert letter["To"] == ANA
    assert "sobre" in letter["Subject"] or "sabe" in letter["Subject"] or "guarda" in letter["Subject"]
    text = builders.part(letter, "plain")
    found = re.search(r"^\{.*^\}", text, re.DOTALL | re.MULTILINE)
    assert found
    assert json.loads(found[0])["chosen"]["language"] == "es"
    assert other.key not in text and reader.key not in text


def test_nobody_can_have_it_mailed_over_and_over(now: datetime, tmp_path: Path) -> None:
    reader = builders.reader(now)
    for _ in range(9):
        mail_all_of(reader.key, now)
    send_due(now)
    assert len(builders.letters(tmp_path / "outbox")) == 3


def test_the_command_mails_it_and_shows_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: Any) -> None:
    builders.reader(clock.now(), "ana")
    monkeypatch.setattr("sys.stdin", StringIO(f"{ANA}\n"))
    told = str(call_command("export_subscriber"))
    send_due(clock.now())
    assert "to that mailbox" in told
    assert "ana@" not in told + caplog.text
    assert len(builders.letters(tmp_path / "outbox")) == 1
