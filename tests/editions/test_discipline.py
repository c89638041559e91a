"""Alerts keep their hours, unless two people call one breaking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from service.content.actions.store import withdraw
from service.editions.actions import hours
from service.editions.actions.approval import say_yes
from service.editions.actions.approval import take_back as withdraw_approval
from service.editions.actions.breaking import call_breaking, callers, take_back
from service.editions.actions.decide import stop
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import raise_alerts
from service.editions.actions.schedule import choose_hour
from service.editions.actions.seal import seal_of
from service.editions.models import BreakingCall, Edition
from service.toolbox import clock
from service.toolbox.errors import ServiceError
from tests import builders
from tests.conftest import NOW
from tests.delivery.threads import at_once

from .desk import go

pytestmark = pytest.mark.django_db
EVENING, MORNING = NOW + timedelta(hours=12), NOW + timedelta(hours=21)  # 22:00 and 7:00 in Bogotá
MINUTE, SECOND, DAY = timedelta(minutes=1), timedelta(seconds=1), timedelta(days=1)
QUIET = ('# quiet_hours = ["22:00", "07:00"]', 'quiet_hours = ["22:00", "07:00"]')
EVERY = ("# every_minutes = 30", "every_minutes = 30")

Change = Callable[[str, str], None]


@pytest.fixture
def quiet(change_newsroom: Change) -> Change:
    change_newsroom(*QUIET)
    return change_newsroom


@pytest.fixture
def spaced(change_newsroom: Change) -> Change:
    change_newsroom(*EVERY)
    return change_newsroom


def alert(now: datetime, **changes: object) -> Edition:
    article = builders.article(now, **changes)
    raise_alerts(now)
    return Edition.objects.get(article=article)


def gone() -> list[str]:
    """The titles of those that went, in their order."""
    there = Edition.objects.filter(state__in=["sending", "sent"]).order_by("let_go_at", "id")
    return list(there.values_list("article__title", flat=True))


def state(edition: Edition) -> tuple[str, str]:
    edition.refresh_from_db()
    return edition.state, edition.left_to_digest


@pytest.mark.parametrize(("at", "goes"), [(EVENING - SECOND, True), (EVENING, False), (MORNING - SECOND, False)])
def test_none_leaves_in_quiet_hours(at: datetime, goes: bool, quiet: Change) -> None:
    one = alert(at)
    go(at)
    assert state(one)[0] == ("sent" if goes else "approved")


def test_what_waited_goes_at_the_very_second_when_they_end(quiet: Change) -> None:
    one = alert(EVENING)
    turn = hours.turn(one, EVENING)
    assert turn
    assert turn.at == MORNING
    go(MORNING - SECOND)
    assert state(one)[0] == "approved"
    go(MORNING)
    assert state(one)[0] == "sent"


@pytest.mark.parametrize(
    ("zone", "evening", "night"),
    [
        ("Europe/Madrid", (2026, 3, 28, 22), 8),
        ("Europe/Madrid", (2026, 10, 24, 22), 10),
        ("America/Santiago", (2026, 9, 5, 22), 8),
        ("America/Santiago", (2026, 4, 4, 22), 10),
    ],
)
def test_it_waits_for_the_hour_on_the_wall_on_a_night_when_the_clocks_change(
    zone: str, evening: tuple[int, int, int, int], night: int, quiet: Change
) -> None:
    quiet('timezone = "America/Bogota"', f'timezone = "{zone}"')
    begin = datetime(*evening, tzinfo=ZoneInfo(zone)).astimezone(NOW.tzinfo)
    one = alert(begin)
    end = begin + timedelta(hours=night)
    for moment in (*(begin + timedelta(hours=hour) for hour in range(night)), end - SECOND):
        dispatch_editions(moment)
    assert state(one)[0] == "approved"
    dispatch_editions(end)
    assert state(one)[0] == "sent"
    assert end.astimezone(ZoneInfo(zone)).strftime("%H:%M") == "07:00"


def test_two_at_once_go_one_after_the_other_and_the_more_important_first(spaced: Change) -> None:
    for title, kind in [("Brief", "brief"), ("Investigation", "investigation")]:
        builders.article(NOW, title=title, kind=kind)
    raise_alerts(NOW)
    go(NOW)
    assert gone() == ["Investigation"]
    go(NOW + 30 * MINUTE - SECOND)
    assert gone() == ["Investigation"]
    go(NOW + 30 * MINUTE)
    assert gone() == ["Investigation", "Brief"]


def test_each_language_has_its_own_interval(spaced: Change) -> None:
    for language in ("en", "es"):
        builders.article(NOW, title=language, language=language)
    raise_alerts(NOW)
    go(NOW)
    assert sorted(gone()) == ["en", "es"]


def test_a_letter_that_takes_several_runs_to_plan_is_not_held_up_in_the_middle(quiet: Change) -> None:
    one = alert(EVENING - SECOND)
    hours.let_go(EVENING - SECOND)
    go(EVENING + MINUTE)
    assert state(one)[0] == "sent"


def test_what_would_be_too_old_by_then_is_left_to_the_digest_and_stays_in_it(quiet: Change, sink: Any) -> None:
    one = alert(EVENING, published=MORNING - DAY)
    assert hours.turn(one, EVENING - MINUTE) is None
    assert go(EVENING) == [f"{one.slug} is left to the digest."]
    assert state(one) == ("expired", "late")
    go(MORNING)
    assert (state(one), builders.letters(sink.folder)) == (("expired", "late"), [])


def test_where_the_weekly_comes_first_it_is_left_to_that(quiet: Change) -> None:
    choose_hour("en", "2", "06:00", "America/Bogota", active=True)  # on Wednesday, an hour before they end
    one = alert(EVENING)
    go(EVENING)
    assert state(one) == ("expired", "digest")


def test_a_weekly_that_is_not_drafted_by_itself_takes_no_alert(quiet: Change) -> None:
    choose_hour("en", "2", "06:00", "America/Bogota", active=False)
    one = alert(EVENING)
    go(EVENING)
    assert state(one) == ("approved", "")


def test_withdrawn_while_it_waits_it_never_goes(quiet: Change) -> None:
    one = alert(EVENING)
    go(EVENING)
    assert one.article
    withdraw(one.article, "", EVENING + MINUTE)
    with pytest.raises(ServiceError, match="its story is withdrawn"):
        call_breaking(one, "ana", EVENING + MINUTE)
    go(MORNING)
    assert state(one)[0] == "cancelled"


def test_two_people_let_it_go_at_once(quiet: Change) -> None:
    one = alert(EVENING)
    assert call_breaking(one, "ana", EVENING) == ["ana"]
    go(EVENING)
    assert state(one)[0] == "approved"
    assert call_breaking(one, "maria", EVENING + MINUTE) == ["ana", "maria"]
    go(EVENING + MINUTE)
    assert state(one)[0] == "sent"


def test_what_was_left_to_the_digest_can_still_be_called(quiet: Change) -> None:
    one = alert(EVENING, published=MORNING - DAY)
    go(EVENING)
    for name in ("ana", "maria"):
        call_breaking(one, name, EVENING + MINUTE)
    go(EVENING + MINUTE)
    assert state(one) == ("sent", "")


def test_what_was_left_to_the_digest_can_still_be_stopped_and_then_not_called(quiet: Change) -> None:
    one = alert(EVENING, published=MORNING - DAY)
    go(EVENING)
    call_breaking(one, "ana", EVENING + MINUTE)
    stop(one, EVENING + MINUTE)
    assert state(one) == ("cancelled", "")
    with pytest.raises(ServiceError, match="can't be called breaking"):
        call_breaking(one, "maria", EVENING + MINUTE)


def test_a_letter_that_goes_back_to_a_draft_takes_every_call_with_it(quiet: Change, change_newsroom: Change) -> None:
    change_newsroom('[alerts]\napproval = "none"\nundo_minutes = 0', '[alerts]\napproval = "one"\nundo_minutes = 5')
    one = alert(EVENING)
    say_yes(one, "olga", EVENING, seal_of(one, EVENING))
    for name in ("ana", "maria"):
        call_breaking(one, name, EVENING + MINUTE)
    withdraw_approval(one, "olga", EVENING + MINUTE)
    assert state(one)[0] == "drafted"
    assert (one.let_go_at, callers(one)) == (None, [])
    assert call_breaking(one, "ana", EVENING + 2 * MINUTE) == ["ana"]


def test_called_breaking_it_does_not_wait_for_the_interval_but_the_next_one_does(spaced: Change) -> None:
    first, second, third = (alert(NOW + n * MINUTE, title=str(n)) for n in range(3))
    go(NOW + 2 * MINUTE)
    waits = [one for one in (first, second, third) if state(one)[0] == "approved"]
    for name in ("ana", "maria"):
        call_breaking(waits[0], name, NOW + 20 * MINUTE)
    go(NOW + 49 * MINUTE)
    assert [state(one)[0] for one in waits] == ["sent", "approved"]
    go(NOW + 50 * MINUTE)
    assert [state(one)[0] for one in waits] == ["sent", "sent"]


def test_nobody_is_two_people(quiet: Change) -> None:
    one = alert(EVENING)
    call_breaking(one, "ana", EVENING)
    with pytest.raises(ServiceError, match="takes a second name"):
        call_breaking(one, "ana", EVENING + SECOND)
    assert callers(one) == ["ana"]


def test_a_call_that_was_taken_back_no_longer_counts_and_is_not_forgotten(quiet: Change) -> None:
    one = alert(EVENING)
    call_breaking(one, "ana", EVENING)
    take_back(one, "ana", EVENING + MINUTE)
    assert call_breaking(one, "maria", EVENING + MINUTE) == ["maria"]
    go(EVENING + MINUTE)
    assert state(one)[0] == "approved"
    assert BreakingCall.objects.count() == 3
    with pytest.raises(ServiceError, match="did not call"):
        take_back(one, "ana", EVENING + MINUTE)
    with pytest.raises(ServiceError, match="never rewritten"):
        BreakingCall.objects.first().save()  # type: ignore[union-attr]


def test_what_went_can_neither_be_called_nor_taken_back(quiet: Change) -> None:
    one = alert(EVENING)
    for name in ("ana", "maria"):
        call_breaking(one, name, EVENING)
    for act in (call_breaking, take_back):
        with pytest.raises(ServiceError, match="waits for no hour any more"):
            act(one, "ana", EVENING)


def test_a_call_approves_nothing(quiet: Change) -> None:
    quiet('[alerts]\napproval = "none"', '[alerts]\napproval = "one"')
    one = alert(EVENING)
    for name in ("ana", "maria"):
        call_breaking(one, name, EVENING)
    go(EVENING)
    assert state(one)[0] == "drafted"


def test_only_an_alert_of_today_can_be_called(quiet: Change) -> None:
    one = alert(EVENING)
    with pytest.raises(ServiceError, match="older than a day"):
        call_breaking(one, "ana", EVENING + DAY)
    weekly = Edition.objects.create(slug="w", kind="weekly", language="en", drafted_at=NOW, expires_at=NOW + DAY)
    with pytest.raises(ServiceError, match="only an alert"):
        call_breaking(weekly, "ana", NOW)


@pytest.fixture
def waiting(transactional_db: None, quiet: Change) -> Iterator[Edition]:
    yield alert(EVENING)


@pytest.mark.django_db(transaction=True)
def test_called_by_two_in_the_same_moment_it_goes_once(waiting: Edition) -> None:
    told = at_once(*[lambda name=name: call_breaking(waiting, name, EVENING) for name in ("ana", "maria")])
    assert sorted(map(len, told)) == [1, 2]
    go(EVENING)
    assert state(waiting)[0] == "sent"


@pytest.mark.django_db(transaction=True)
def test_called_twice_by_one_in_the_same_moment_it_is_one_call(waiting: Edition) -> None:
    def call() -> str:
        try:
            call_breaking(waiting, "ana", EVENING)
        except ServiceError as error:
            return str(error)
        return ""

    assert sorted(map(bool, at_once(call, call))) == [False, True]
    assert callers(waiting) == ["ana"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_let_no_two_go(spaced: Change) -> None:
    for _ in range(4):
        builders.article(NOW)
    raise_alerts(NOW)
    at_once(*[lambda: hours.let_go(NOW)] * 4)
    assert Edition.objects.filter(let_go_at=NOW).count() == 1


def test_the_command_line_takes_the_names_of_people_who_may_publish(django_user_model: Any, capsys: Any) -> None:
    one = alert(clock.now())
    django_user_model.objects.create_user("pedro")
    for name in ("ana", "maria"):
        django_user_model.objects.create_superuser(name)
        call_command("breaking", one.slug, by=name)
    with pytest.raises(CommandError, match="'pedro' is nobody who may publish"):
        call_command("breaking", one.slug, by="pedro")
    with pytest.raises(CommandError, match="waits for no hour any more"):
        call_command("breaking", one.slug, by="ana", back=True)
    told = capsys.readouterr().out
    assert f"ana calls {one.slug} breaking; it waits for a second name." in told
    assert f"ana and maria call {one.slug} breaking; it waits for no hour any more." in told


def test_whoever_raises_it_is_told_until_when_it_waits(quiet: Change) -> None:
    builders.article(EVENING)
    (raised,) = raise_alerts(EVENING)
    assert raised.edition
    assert raised.sentence.endswith("is drafted and waits for its hours: it goes out at 2026-11-25 07:00.")
