"""Who is asked to give, who is thanked, who neither: as it is planned, as it is explained, as it is noted."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from service.appeals.actions.calling import today
from service.appeals.actions.carried import silence
from service.appeals.models import Carried
from service.appeals.rules.asking import ASK, monday
from service.audience.actions import choose
from service.audience.models import Subscriber
from service.audience.retention import sweep
from service.audience.rules import Choices
from service.delivery.models import Message
from service.editions.actions.asking import explain, note_all_asked
from service.editions.actions.compose import compose
from service.editions.actions.decide import approve, stop
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import raise_alerts
from service.editions.actions.readers import candidates_of
from service.editions.models import Edition
from service.editions.segments import EVERYBODY, Segment, segment
from service.toolbox import tokens
from tests import builders

from .desk import FRIDAY, WEEK, approved, drafted, go, mailing_of, story

pytestmark = pytest.mark.django_db
THIS_WEEK = monday(FRIDAY.date())
CALL, PAGE = "Investigating organised crime takes months", "https://cauce.example/donate/"


def asked_of(edition: Edition, now: datetime = FRIDAY) -> dict[str, str]:
    """By the reader's key: what the plan would do."""
    found = candidates_of(edition, now).values_list("key", "segment")
    return {key: told.split(".")[1] for key, told in found}


def one_of(edition: Edition, name: str = "ana", now: datetime = FRIDAY, **chosen: object) -> str:
    key = builders.reader(FRIDAY, name, **chosen).key
    return asked_of(edition, now)[key]


def asking_letters(sink: Any) -> list[str]:
    """Who got one that asks, by subject."""
    got = [letter for letter in builders.letters(sink.folder) if letter["List-Id"]]
    return [one["To"].partition("@")[0] for one in got if CALL in builders.part(one, "plain")]


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({}, "ask"),
        ({"appeals": False}, "plain"),
        ({"quiet": True}, "plain"),
        ({"asked_in": THIS_WEEK}, "link"),
        ({"asked_in": THIS_WEEK - 3 * WEEK}, "link"),
        ({"asked_in": THIS_WEEK, "appeals": False}, "plain"),
        ({"asked_in": THIS_WEEK - 4 * WEEK}, "ask"),
        ({"thanks_until": date(2027, 1, 1)}, "thanks"),
        ({"thanks_until": date(2027, 1, 1), "appeals": False}, "plain"),
        ({"thanks_until": FRIDAY.date()}, "ask"),
    ],
)
def test_a_reader_is_asked_as_their_choice_their_gifts_and_the_weeks_say(chosen: dict[str, Any], told: str) -> None:
    assert one_of(drafted(), **chosen) == told


def test_the_plan_and_the_explanation_say_the_same_of_every_reader() -> None:
    edition = drafted()
    when = (None, THIS_WEEK, THIS_WEEK - 4 * WEEK)
    rows = product((True, False), (True, False), (None, date(2026, 11, 1), date(2027, 1, 1)), when)
    readers = [
        builders.reader(FRIDAY, f"r{number}", appeals=appeals, quiet=quiet, thanks_until=until, asked_in=week)
        for number, (appeals, quiet, until, week) in enumerate(rows)
    ]
    for silent in (False, True):
        silence(edition.slug, silent=silent)
        told = asked_of(edition)
        assert len(told) == len(readers) == 36
        assert told == {one.key: explain(one, edition, FRIDAY).verdict for one in readers}


def test_letters_stay_few_one_with_a_call_one_with_thanks_one_with_neither(sink: Any) -> None:
    for number in range(6):
        until = date(2027, 1, 1) if number % 3 == 1 else None
        builders.reader(FRIDAY, f"r{number}", appeals=number % 3 != 0, thanks_until=until)
    edition = approved()
    go(FRIDAY)
    keys = set(mailing_of(edition).renditions.values_list("segment", flat=True))
    assert keys == {"html.ask.one.0", "html.plain.one.0", "html.thanks.one.0"}
    assert sorted(asking_letters(sink)) == ["r2", "r5"]
    thanked = [one for one in builders.letters(sink.folder) if "You gave for the work" in builders.part(one, "plain")]
    assert sorted(one["To"][:2] for one in thanked) == ["r1", "r4"]


@pytest.mark.parametrize(("ask", "calls", "links"), [("ask", 1, 2), ("link", 0, 1), ("thanks", 0, 0), ("plain", 0, 0)])
def test_a_letter_that_does_not_ask_names_the_donation_page_in_its_foot_unless_none_is_wanted(
    ask: str, calls: int, links: int
) -> None:
    story(kind="news")
    raise_alerts(FRIDAY)
    for edition in (drafted(), Edition.objects.get(kind="alert")):
        letter = compose(edition, FRIDAY, Segment(ask=ask))
        for part in (letter.html, letter.text):
            assert (part.count(CALL), part.count(PAGE)) == (calls, links)
            assert part.rfind(PAGE) > part.index("CC BY-NC 4.0") or not links


def test_whoever_was_handed_a_call_is_noted_and_nobody_else(sink: Any) -> None:
    names = ("got", "plain", "gone")
    got, plain, gone = (builders.reader(FRIDAY, name, appeals=name != "plain") for name in names)
    edition = approved()
    dispatch_editions(FRIDAY)
    assert note_all_asked(FRIDAY) == 0
    Message.objects.filter(recipient_key=gone.key).update(state="cancelled")
    go(FRIDAY)
    assert note_all_asked(FRIDAY) == 1
    assert note_all_asked(FRIDAY) == 0
    weeks = dict(Subscriber.objects.values_list("key", "asked_in"))
    assert weeks == {got.key: THIS_WEEK, plain.key: None, gone.key: None}
    row = Carried.objects.get(edition=edition.slug)
    assert (row.readers, row.noted_at) == (1, FRIDAY)


def test_a_letter_that_was_stopped_asked_nobody() -> None:
    builders.reader(FRIDAY)
    edition = approved()
    dispatch_editions(FRIDAY)
    stop(edition, FRIDAY)
    go(FRIDAY)
    note_all_asked(FRIDAY)
    assert Carried.objects.get().noted_at
    assert Subscriber.objects.get().asked_in is None


def test_in_four_weeks_a_reader_is_asked_once(sink: Any) -> None:
    builders.reader(FRIDAY, wants="weekly")
    for week in range(5):
        now = FRIDAY + week * WEEK
        story(now - timedelta(hours=3))
        approved(now)
        go(now)
        note_all_asked(now)
    assert len(asking_letters(sink)) == 2
    assert Subscriber.objects.get().asked_in == THIS_WEEK + 4 * WEEK


def test_while_one_letter_that_asks_is_under_way_no_other_asks_the_same_reader(sink: Any) -> None:
    reader = builders.reader(FRIDAY)
    builders.reader(FRIDAY, "alerts", wants="alerts")
    approved()
    dispatch_editions(FRIDAY)
    story(FRIDAY, kind="news")
    raise_alerts(FRIDAY)
    alert = Edition.objects.filter(kind="alert")[0]
    assert asked_of(alert)[reader.key] == explain(reader, alert, FRIDAY).verdict == "link"
    go(FRIDAY)
    assert sorted(asking_letters(sink)) == ["alerts", "ana"]


def test_a_reader_who_changes_meanwhile_is_asked_in_what_they_get_then(sink: Any) -> None:
    reader = builders.reader(FRIDAY)
    approved()
    dispatch_editions(FRIDAY)
    choose(tokens.sign("preferences", reader.key), Choices("en", "both", text_only=True), FRIDAY)
    go(FRIDAY)
    go(FRIDAY)
    note_all_asked(FRIDAY)
    assert asking_letters(sink) == ["ana"]
    assert Subscriber.objects.get().asked_in == THIS_WEEK


def test_beside_a_marked_story_no_letter_asks() -> None:
    first, second = story(title="First", kind="investigation"), story(title="Second", kind="brief")
    edition = drafted()
    first.no_appeal = True
    first.save()
    assert one_of(edition) == "ask"  # at the end, beside the second
    text = compose(edition, FRIDAY).text
    assert text.index("SECOND") < text.index(CALL)
    second.no_appeal = True
    second.save()
    assert one_of(edition, "bea") == "plain"
    assert PAGE not in compose(edition, FRIDAY).text
    reasons = explain(Subscriber.objects.filter(language="en")[0], edition, FRIDAY).reasons
    assert [one.rule for one in reasons if one.against] == ["story"]


def test_an_alert_about_a_marked_story_asks_nobody() -> None:
    marked = story(FRIDAY, kind="news")
    marked.no_appeal = True
    marked.save()
    raise_alerts(FRIDAY)
    alert = Edition.objects.get(kind="alert")
    assert one_of(alert) == "plain"
    assert PAGE not in compose(alert, FRIDAY).text


def test_a_letter_that_the_desk_keeps_from_asking_asks_nobody_and_thanks_nobody(sink: Any) -> None:
    builders.reader(FRIDAY)
    builders.reader(FRIDAY, "giver", thanks_until=date(2027, 1, 1))
    silence(drafted().slug, silent=True)
    edition = Edition.objects.get()
    approve(edition, "ana", FRIDAY)
    go(FRIDAY)
    assert asking_letters(sink) == []
    assert list(mailing_of(edition).renditions.values_list("segment", flat=True)) == ["html.plain.one.0"]
    assert not Carried.objects.exists()


def test_the_week_is_forgotten_once_it_no_longer_counts() -> None:
    builders.reader(FRIDAY, asked_in=THIS_WEEK, thanks_until=date(2027, 1, 1))
    sweep(FRIDAY + 4 * WEEK)
    assert Subscriber.objects.get().asked_in == THIS_WEEK
    sweep(FRIDAY + 6 * WEEK)
    assert (Subscriber.objects.get().asked_in, Subscriber.objects.get().thanks_until) == (None, None)


def test_the_frozen_letter_is_the_one_that_asks() -> None:
    assert segment(EVERYBODY.key).ask == ASK
    assert monday(today(FRIDAY)) == THIS_WEEK
