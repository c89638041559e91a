"""A reader's address stands nowhere in plain, and no letter tells of another reader."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from service.audience.actions import confirm, subscribe, unsubscribe
from service.audience.intake import Came, ask_for_link
from service.audience.models import Subscriber
from service.audience.rules import Choices
from service.delivery.actions.send import send_due
from service.toolbox import tokens
from tests import builders
from tests.delivery.smtp_server import Server

from .desk import FRIDAY, approved, go

pytestmark = pytest.mark.django_db


def everything_stored() -> str:
    """Every column of every row of every table, as text, bytes read as Latin-1 so that none is lost."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            found += [_told(value) for row in cursor.fetchall() for value in row]
    return "\n".join(found)


def _told(value: object) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def refusing(step: str, count: int) -> str | None:
    """Servers repeat the address in their refusals."""
    return "451 4.2.1 Xiomara.Quispe: <Xiomara.Quispe@apus.example> is busy" if (step, count) == ("RCPT", 3) else None


def test_after_a_whole_journey_the_address_is_found_in_no_table(settings: Any) -> None:
    address = "Xiomara.Quispe@apus.example"
    with Server(refusing) as server:
        settings.EMAIL_URL = server.url()
        subscribe(address, Choices("en", "both"), FRIDAY)
        reader = Subscriber.objects.get()
        confirm(tokens.sign("confirm", reader.key), FRIDAY)
        ask_for_link(address, Came(), FRIDAY)
        approved()
        for minutes in (0, 10, 20):
            go(FRIDAY + timedelta(minutes=minutes))
        unsubscribe(tokens.sign("unsubscribe", reader.key), FRIDAY)
        go(FRIDAY + timedelta(minutes=30))
    assert server.recipients().count(address) == 4
    stored = everything_stored()
    assert reader.key in stored
    assert not re.search("xiomara|quispe|apus", stored, re.IGNORECASE)


def test_no_letter_holds_another_readers_token(sink: Any) -> None:
    keys = {f"reader{number}@readers.example": builders.reader(FRIDAY, f"reader{number}").key for number in range(12)}
    approved()
    go(FRIDAY)
    for path in Path(sink.folder).glob("reader*.eml"):
        letter = path.read_text(encoding="ascii").replace("=\n", "")
        to = re.search("^To: (.*)$", letter, re.MULTILINE)
        assert to
        assert {key for key in keys.values() if key in letter} == {keys[to[1]]}


def test_a_token_from_one_readers_letter_opens_that_readers_page_alone(sink: Any) -> None:
    readers = [builders.reader(FRIDAY, name) for name in ("ana", "bruno")]
    approved()
    go(FRIDAY)
    for reader in readers:
        (letter,) = [one for one in builders.letters(sink.folder) if one["To"].startswith(reader.address.open())]
        found = re.search(r"/unsubscribe/([^\s>]+)", letter["List-Unsubscribe"])
        assert found
        unsubscribe(found[1], FRIDAY)
        reader.refresh_from_db()
        assert reader.status == "unsubscribed"
    send_due(FRIDAY)
