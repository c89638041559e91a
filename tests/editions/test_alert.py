"""The alert: one story, at once, to those who asked for it, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from service.content.actions.store import take_in, withdraw
from service.content.models import Article, Topic
from service.delivery.actions.send import send_due
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import raise_alerts, why_no_alert
from service.editions.models import Edition
from tests import builders

pytestmark = pytest.mark.django_db


def sent(sink: Any, now: datetime) -> list[str]:
    raise_alerts(now)
    dispatch_editions(now)
    send_due(now)
    dispatch_editions(now)
    return sorted(letter["To"].partition("@")[0] for letter in builders.letters(sink.folder))


def test_it_reaches_those_who_asked_for_alerts_in_that_language_once(now: datetime, sink: Any) -> None:
    builders.reader(now, "ana", wants="both")
    builders.reader(now, "bruno", wants="alerts")
    builders.reader(now, "carla", wants="weekly")
    builders.reader(now, "diego", wants="both", language="es")
    builders.article(now)
    assert sent(sink, now) == ["ana", "bruno"]
    assert sent(sink, now + timedelta(minutes=1)) == ["ana", "bruno"]
    assert Edition.objects.get().state == "sent"


def test_a_changed_story_raises_no_second_one(now: datetime, sink: Any) -> None:
    builders.reader(now)
    article = builders.article(now)
    sent(sink, now)
    take_in(article.source, builders.draft(external_id=article.external_id, title="New"), now, first_import=False)
    assert sent(sink, now) == ["ana"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"published": timedelta(days=1)}, "over a day ago"),
        ({"first_import": True}, "first import"),
        ({"kind": "organization"}, "sends none for the kind organization"),
    ],
)
def test_what_raises_none_is_told_why(now: datetime, fields: dict[str, Any], why: str) -> None:
    if "published" in fields:
        fields = {"published": now - fields["published"]}
    article = builders.article(now, **fields)
    assert raise_alerts(now) == []
    assert why in why_no_alert(article, now)


def test_a_reader_who_chose_topics_hears_of_those_alone(now: datetime, sink: Any) -> None:
    builders.article(now, topics=("prisons",), kind="organization")
    chosen = builders.reader(now, "ana")
    chosen.topics.set(Topic.objects.filter(slug="prisons"))
    builders.reader(now, "bruno")
    builders.article(now, topics=("customs",))
    assert sent(sink, now) == ["bruno"]


def test_a_story_withdrawn_before_its_alert_went_out_stops_it(now: datetime, sink: Any) -> None:
    builders.reader(now)
    article = builders.article(now)
    raise_alerts(now)
    withdraw(article, "", now)
    assert sent(sink, now) == []
    assert Edition.objects.get().state == "cancelled"


def test_a_clock_that_is_a_year_ahead_sends_nothing_twice(now: datetime, sink: Any) -> None:
    builders.reader(now)
    builders.article(now)
    sent(sink, now)
    assert sent(sink, now + timedelta(days=365)) == ["ana"]


def test_it_shows_the_first_paragraphs_and_never_the_standfirst_twice(now: datetime, sink: Any) -> None:
    builders.reader(now)
    body = "<p>In short.</p><p>Second.</p><p>Third.</p><p>Fourth.</p><p>Fifth.</p>"
    builders.article(now, standfirst="In short.", body=body)
    sent(sink, now)
    (letter,) = builders.letters(sink.folder)
    text = builders.part(letter, "plain")
    assert text.count("In short.") == 1
    assert "Fourth." in text
    assert "Fifth." not in text
    assert Article.objects.get().canonical_url in text
