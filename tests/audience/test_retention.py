"""What is held, and until when: the page and the sweep read the same list."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from service.audience.actions import subscribe, unsubscribe
from service.audience.models import Subscriber
from service.audience.retention import RULES, sentence, sweep
from service.audience.rules import Choices
from service.delivery.actions.send import send_due
from service.delivery.models import Mailing, Message
from service.feedback.models import Comment
from service.toolbox import tokens
from tests import builders
from tests.delivery.mailings import opened

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_tells_every_rule_in_the_readers_language(language: str) -> None:
    text = Client().get(f"/privacy?language={language}").content.decode()
    with translation.override(language):
        for rule in RULES:
            assert gettext(rule.what).replace("'", "&#39;") in text
            assert gettext(rule.until) % {"days": rule.days} in text
    if language == "es":
        assert not [rule.what for rule in RULES if rule.what in text]


def test_each_thing_goes_when_the_page_says(now: datetime) -> None:
    subscribe("late@readers.example", Choices("en", "weekly"), now)
    gone = builders.reader(now, "gone")
    unsubscribe(tokens.sign("unsubscribe", gone.key), now)
    mailing = opened(now, ["ana"])
    send_due(now)
    Comment.objects.create(key="edition:a#b", title="A story", day=now.date(), text="Thank you.")
    days = {rule.name: rule.days for rule in RULES if rule.after}
    for name, count in days.items():
        if count <= 90:  # what is kept for longer has a test of its own
            before = sweep(now + timedelta(days=count))
            assert before[name] == 0, name
    told = sweep(now + timedelta(days=95))
    assert told["messages of finished mailings"] == 1
    assert told["addresses"] == told["comments"] == 1
    assert not Subscriber.objects.exists()
    assert not Message.objects.exists()
    assert list(Mailing.objects.all()) == [mailing]


def test_the_sweep_says_how_many_of_what() -> None:
    assert sentence({"bounces": 1200, "tallies": 0}) == "Cleared away: 1,200 bounces."
    assert call_command("sweep") == "Nothing has had its time yet."
