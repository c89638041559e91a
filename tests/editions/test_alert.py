"""The alert: one story, at once, to those who asked for it, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from service.content.actions.store import take_in, withdraw
from service.editions.actions.decide import preview
from service.editions.actions.draft import raise_alerts, why_no_alert
from service.editions.models import Edition
from service.toolbox import html
from tests import builders
from tests.delivery.mailings import states
from tests.delivery.threads import at_once

from .desk import go, mailing_of

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)


def test_a_story_just_published_raises_one_alert_and_no_second(now: datetime) -> None:
    one = builders.article(now)
    assert [done.edition.article for done in raise_alerts(now) if done.edition] == [one]
    assert raise_alerts(now + timedelta(minutes=1)) == []
    assert "has its alert already" in why_no_alert(one, now)


def test_a_changed_story_raises_no_second_one(now: datetime) -> None:
    one = builders.article(now)
    raise_alerts(now)
    take_in(one.source, builders.draft(external_id=one.external_id, title="New"), now, first_import=False)
    assert raise_alerts(now) == []


@pytest.mark.parametrize(("age", "alerts"), [(DAY, 0), (DAY - timedelta(seconds=1), 1)])
def test_nothing_older_than_a_day_raises_an_alert(now: datetime, age: timedelta, alerts: int) -> None:
    one = builders.article(now, published=now - age)
    assert len(raise_alerts(now)) == alerts
    if not alerts:
        assert "over a day ago" in why_no_alert(one, now)


def test_nothing_that_came_with_a_first_import_raises_an_alert(now: datetime) -> None:
    one = builders.article(now, first_import=True)
    assert raise_alerts(now) == []
    assert "came with its source's first import" in why_no_alert(one, now)


def test_only_kinds_that_newsroom_toml_names_raise_alerts(now: datetime, change_newsroom: Any) -> None:
    change_newsroom(
        'kinds = ["investigation", "feature", "analysis", "news", "brief", "interview"]', 'kinds = ["news"]'
    )
    builders.article(now, kind="news")
    one = builders.article(now, kind="brief")
    assert [done.edition.article.kind for done in raise_alerts(now) if done.edition and done.edition.article] == [
        "news"
    ]
    assert "sends none for the kind brief" in why_no_alert(one, now)


def test_a_withdrawn_story_raises_none_and_says_why(now: datetime) -> None:
    one = builders.article(now)
    withdraw(one, "", now)
    one.refresh_from_db()
    assert raise_alerts(now) == []
    assert "it is withdrawn" in why_no_alert(one, now)


def test_it_goes_to_those_who_asked_for_alerts_in_that_language(now: datetime, sink: Any) -> None:
    for name, language, wants in [("ana", "en", "both"), ("bruno", "en", "alerts"), ("carla", "en", "weekly")]:
        builders.reader(now, name, language, wants)
    builders.reader(now, "diego", "es", "both")
    builders.article(now)
    raise_alerts(now)
    go(now)
    assert sorted(letter["To"].partition("@")[0] for letter in builders.letters(sink.folder)) == ["ana", "bruno"]


def test_with_the_clock_a_year_ahead_nothing_is_sent_twice(now: datetime, sink: Any) -> None:
    builders.reader(now)
    builders.article(now)
    for at in (now, now + timedelta(days=365)):
        raise_alerts(at)
        go(at)
    assert len(builders.letters(sink.folder)) == 1


def test_it_shows_the_first_paragraphs_and_never_the_standfirst_twice(now: datetime) -> None:
    body = "<p>In\nshort.</p><p>Second.</p><p>Third.</p><p>Fourth.</p><p>Fifth.</p>"
    one = builders.article(now, standfirst="In short.", body=body)
    (done,) = raise_alerts(now)
    assert done.edition
    for told in (preview(done.edition, now).text, html.text(preview(done.edition, now).html)):
        assert told.count("In short.") <= 2  # in HTML the line beside the subject, and the standfirst
        assert "Fourth." in told
        assert "Fifth." not in told
    assert one.canonical_url in preview(done.edition, now).text


def test_topics_and_countries_that_a_reader_chose_are_respected(now: datetime, sink: Any) -> None:
    for name, chosen in [
        ("all", ""),
        ("country", "country:pe"),
        ("customs", "topic:customs"),
        ("prisons", "topic:prisons country:bo"),
        ("two", "topic:prisons topic:customs"),
    ]:
        builders.reader(now, name, interests=chosen)
    builders.article(now, topics=("customs",), countries=("PE",))
    raise_alerts(now)
    go(now)
    assert sorted(letter["To"].partition("@")[0] for letter in builders.letters(sink.folder)) == [
        "all",
        "country",
        "customs",
        "two",
    ]


def test_withdrawn_before_it_is_sent_the_alert_is_stopped(now: datetime, sink: Any) -> None:
    builders.reader(now)
    one = builders.article(now)
    raise_alerts(now)
    withdraw(one, "", now)
    assert go(now) == [f"alert-{one.key}-en is stopped: its story was withdrawn."]
    assert Edition.objects.get().state == "cancelled"
    assert builders.letters(sink.folder) == []


def test_withdrawn_while_it_waits_to_be_sent_it_does_not_go_out(now: datetime, sink: Any, settings: Any) -> None:
    real, settings.EMAIL_URL = settings.EMAIL_URL, "smtp://127.0.0.1:1"
    builders.reader(now)
    one = builders.article(now)
    raise_alerts(now)
    go(now)
    withdraw(one, "", now)
    settings.EMAIL_URL = real
    go(now + timedelta(minutes=1))
    assert states(mailing_of(Edition.objects.get())) == {"cancelled": 1}


def test_an_alert_that_could_not_go_out_in_a_day_does_not(now: datetime, sink: Any) -> None:
    builders.reader(now)
    one = builders.article(now, published=now)
    raise_alerts(now)
    go(now + DAY + timedelta(seconds=1))
    assert Edition.objects.get(article=one).state == "expired"
    assert [letter["To"] for letter in builders.letters(sink.folder)] == ["desk@cauce.example"]


def test_where_alerts_need_approval_they_wait_for_it(now: datetime, change_newsroom: Any, sink: Any) -> None:
    change_newsroom('[alerts]\napproval = "none"', '[alerts]\napproval = "one"')
    builders.reader(now)
    builders.article(now)
    raise_alerts(now)
    go(now)
    assert Edition.objects.get().state == "drafted"
    assert [letter["To"] for letter in builders.letters(sink.folder)] == ["desk@cauce.example"]


@pytest.mark.django_db(transaction=True)
def test_raised_by_several_workers_at_once_it_is_one(now: datetime) -> None:
    builders.article(now)
    done = at_once(*[lambda: raise_alerts(now)] * 4)
    assert sum(len(one) for one in done) == Edition.objects.count() == 1
