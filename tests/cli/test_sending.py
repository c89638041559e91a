"""What a person sees and does on the command line while an edition is being sent."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from service.delivery.actions.send import send_due
from service.delivery.models import Bucket
from service.editions.actions.decide import approve
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import draft_now
from service.editions.models import Edition
from service.toolbox import clock
from tests import builders
from tests.delivery.smtp_server import HANG_UP, Server

pytestmark = pytest.mark.django_db


def say(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def edition() -> Edition:
    now = clock.now()
    for number in range(8):
        builders.reader(now, f"reader{number}")
    builders.reader(now, "alerted", wants="alerts")
    builders.article(now - timedelta(minutes=1))
    edition = draft_now(now, "en").edition
    assert edition
    approve(edition, "ana", now)
    dispatch_editions(clock.now())
    edition.refresh_from_db()
    return edition


def test_status_shows_what_is_sent_refused_uncertain_and_what_waits_for_what(edition: Edition, settings: Any) -> None:
    replies = iter(["250 ok", "550 5.7.1 no", HANG_UP, "451 4.3.0 later"])
    with Server(lambda step, count: next(replies, None) if step == "DOT" else None) as server:
        settings.EMAIL_URL, settings.MAIL_PER_DAY = server.url(), 6
        send_due(clock.now())
        told = say("status", edition.slug)
    assert "9 readers = 8 frozen + 1 left out (1 did not ask for this)" in told
    assert "3 accepted + 1 refused + 0 suppressed + 1 uncertain + 0 cancelled + 3 remaining" in told
    assert "2 waiting: daily ceiling" in told
    assert "1 waiting: put off by a server" in told
    assert "[#########################...............] 62%" in told


def test_status_for_a_program_adds_up(edition: Edition) -> None:
    told = json.loads(say("status", edition.slug, "--json"))
    assert (told["frozen"], told["candidates"], told["queued"], told["remaining"]) == (8, 9, 8, 8)
    assert told["waiting"] == {"in line": 8}


def test_it_is_paused_resumed_and_cancelled_by_name(edition: Edition) -> None:
    assert "is paused" in say("pause", edition.slug)
    assert "8 waiting: paused" in say("status", edition.slug)
    assert "goes on" in say("resume", edition.slug)
    assert say("cancel", edition.slug).endswith("8 readers will not get it.")


def test_watched_it_is_told_until_nothing_remains(edition: Edition, sink: Any) -> None:
    send_due(clock.now())
    dispatch_editions(clock.now())
    assert say("status", edition.slug, "--watch").endswith("0 remaining.")
    assert not Bucket.objects.filter(slowed__gt=1).exists()
