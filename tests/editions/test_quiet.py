"""Quiet letters: nothing that a screen, a mail program or a relay shows gives the reader away."""

from __future__ import annotations

import re
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import dkim
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from service.editions.actions.draft import raise_alerts
from tests import builders

from .desk import FRIDAY, approved, go, story

pytestmark = pytest.mark.django_db


def quiet_letters(sink: Any) -> list[EmailMessage]:
    builders.reader(FRIDAY, "ana", quiet=True)
    story(title="The Cooperative With No Miners", kind="investigation")
    approved()
    go(FRIDAY)
    story(FRIDAY, title="A Port Official Is Shot", kind="news")
    raise_alerts(FRIDAY)
    go(FRIDAY)
    found = [letter for letter in builders.letters(sink.folder) if letter["List-Id"]]
    assert len(found) == 3
    return found


def test_no_header_and_no_first_line_names_the_newsroom_or_a_story(sink: Any) -> None:
    for letter in quiet_letters(sink):
        headers = "\n".join(f"{name}: {value}" for name, value in letter.items())
        opening = "\n".join(builders.part(letter, "plain").splitlines()[:3])
        for word in ("cauce", "crime", "cooperative", "port", "shot"):
            assert word not in headers.lower()
            assert word not in opening.lower()
        assert (letter["Subject"], str(letter["From"])) == ("Your reading", "Weekly reading <reading@lectura.example>")
        assert letter["Message-ID"].endswith("@lectura.example>")


def test_it_is_text_alone_and_every_link_of_it_stands_on_the_plain_domain(sink: Any) -> None:
    for letter in quiet_letters(sink):
        assert letter.get_content_type() in ("text/plain", "multipart/alternative")
        assert letter.get_body(("html",)) is None
        links = re.findall(r"https?://([^/\s]+)", builders.part(letter, "plain"))
        assert set(links) == {"lectura.example"}


def test_its_story_link_leads_to_the_story_and_notes_nothing(sink: Any, client: Client) -> None:
    digest = quiet_letters(sink)[0]
    links = re.findall(r"https://lectura\.example(/s/\S+)", builders.part(digest, "plain"))
    answer = client.get(links[0])
    assert (answer.status_code, answer["Location"][:21]) == (302, "https://cauce.example")
    assert not answer.cookies


def test_signed_it_verifies_with_the_record_that_was_told_for_its_domain(
    sink: Any, settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DKIM_DIR, settings.DKIM_SELECTOR = tmp_path, "one"
    call_command("make_dkim_key", "one")
    lines = re.findall(r"(\S+\.) IN TXT \( (.+) \)", capsys.readouterr().out)
    records = {name: "".join(re.findall('"([^"]+)"', value)).encode() for name, value in lines}
    quiet_letters(sink)
    monkeypatch.setattr(time, "time", FRIDAY.timestamp)  # dkimpy believes no signature of the future
    for path in sink.folder.glob("*.eml"):
        assert dkim.verify(path.read_bytes(), dnsfunc=lambda name, **_: records.get(name.decode()))


def test_where_the_newsroom_has_no_quiet_sender_nobody_gets_quiet_letters(sink: Any, change_newsroom: Any) -> None:
    text = Path(settings.NEWSROOM_FILE).read_text(encoding="utf-8")
    change_newsroom(text[text.index("[quiet] ") : text.index("[appeal.en]")], "")
    builders.reader(FRIDAY, "ana", quiet=True)
    approved()
    go(FRIDAY)
    (letter,) = [one for one in builders.letters(sink.folder) if one["List-Id"]]
    assert "Cauce" in str(letter["From"])
