"""What is decided on the command line stands in the log too."""

from __future__ import annotations

import re
from datetime import datetime
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from service.people.models import Deed
from tests import builders

pytestmark = pytest.mark.django_db


def test_a_decision_on_the_command_line_is_written_down(now: datetime) -> None:
    author = builders.article(now).authors.first()
    assert author

    call_command("remove_byline", author.slug, "--yes", stdout=StringIO())

    told = list(Deed.objects.order_by("id").values_list("by", "what", "about", "outcome"))
    assert told == [("command line", "remove_byline", f"author={author.slug}", done) for done in ("asked", "done")]


def test_a_refusal_on_the_command_line_is_written_down() -> None:
    with pytest.raises(CommandError):
        call_command("approve", "weekly-2026-w47-en", stdout=StringIO())

    assert Deed.objects.get(asked__isnull=False).outcome.startswith("refused: ")


def test_check_audit_says_how_much_there_is_and_names_the_last() -> None:
    with pytest.raises(CommandError):
        call_command("approve", "weekly-2026-w47-en", stdout=StringIO())
    told = StringIO()
    call_command("check_audit", stdout=told)

    assert told.getvalue().startswith("2 entries, each chained")
    assert Deed.objects.latest("id").digest in told.getvalue()


def test_the_first_person_is_invited_from_the_command_line(client: Client) -> None:
    told = StringIO()
    call_command("invite", "boss@cauce.example", stdout=told)
    (path,) = re.findall(r"https://letters\.cauce\.example(/\S+)", told.getvalue())

    assert mail.outbox[0].to == ["boss@cauce.example"]
    assert "administrator" in client.get(path).text
    assert set(Deed.objects.values_list("what", "about")) == {("invite", "role=administrator")}


def test_nobody_is_invited_with_an_address_that_is_none() -> None:
    with pytest.raises(CommandError, match="complete mail address"):
        call_command("invite", "boss", "--role", "editor", stdout=StringIO())
