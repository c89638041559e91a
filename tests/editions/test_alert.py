"""The alert: one story, at once, to those who asked for it, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from service.content.actions.store import take_in, withdraw
from service.editions.actions import dispatch
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
    (told,) = builders.letters(sink.folder)
    assert told["Subject"].startswith("Stopped: alert-")
    assert told["To"] == "desk@cauce.example"


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


def both_ways(now: datetime, sink: Any) -> dict[str, EmailMessage]:
    """An alert in Spanish goes out. By reader, the letter that each got."""
    for name, language, both in [("ana", "en", True), ("bruno", "en", False), ("diego", "es", True)]:
        builders.reader(now, name, language, both_languages=both)
    builders.article(now, title="Solo en español", language="es", translation="pair", external_id="es")
    raise_alerts(now)
    go(now)
    return {letter["To"].partition("@")[0]: letter for letter in builders.letters(sink.folder)}


def test_a_story_in_another_language_alone_reaches_marked_whoever_wants_those_too(now: datetime, sink: Any) -> None:
    got = both_ways(now, sink)
    assert set(got) == {"ana", "diego"}
    text, page = builders.part(got["ana"], "plain"), builders.part(got["ana"], "html")
    assert "Only in another language: Spanish" in text
    assert "SOLO EN ESPAÑOL" in text
    assert '<html lang="en"' in page
    assert '<div lang="es">' in page
    assert "You get this letter because" in page
    assert "otro idioma" not in builders.part(got["diego"], "plain")


def test_of_a_story_and_its_translation_nobody_gets_both(now: datetime, sink: Any) -> None:
    both_ways(now, sink)
    builders.article(now, title="In English now", translation="pair")
    raise_alerts(now)
    go(now)
    got = [(letter["To"].partition("@")[0], letter["Subject"]) for letter in builders.letters(sink.folder)]
    one, other = "Solo en español", "In English now"
    assert sorted(got) == [("ana", one), ("bruno", other), ("diego", one)]


def test_with_both_translations_there_each_reads_their_own(now: datetime, sink: Any) -> None:
    builders.article(now, title="In English", translation="pair")
    got = both_ways(now, sink)
    assert {name: letter["Subject"] for name, letter in got.items()} == {
        "ana": "In English",
        "bruno": "In English",
        "diego": "Solo en español",
    }


def test_translated_while_the_first_is_planned_it_is_still_one(
    now: datetime, sink: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = dispatch.plan_candidates

    def slow(*given: Any) -> bool | None:
        done = real(*given)
        if not Edition.objects.filter(language="en").exists():
            builders.article(now, title="In English now", translation="pair")
            raise_alerts(now)
            dispatch.dispatch(Edition.objects.get(language="en"), now)
        return done

    monkeypatch.setattr(dispatch, "plan_candidates", slow)
    got = both_ways(now, sink)
    assert (got["ana"]["Subject"], len(builders.letters(sink.folder))) == ("In English now", 3)


@pytest.mark.django_db(transaction=True)
def test_raised_by_several_workers_at_once_it_is_one(now: datetime) -> None:
    builders.article(now)
    done = at_once(*[lambda: raise_alerts(now)] * 4)
    assert sum(len(one) for one in done) == Edition.objects.count() == 1
