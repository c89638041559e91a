"""A story is held or withdrawn while letters are on their way: who does not have one yet gets it without, and the
numbers still add up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from service.content.actions import holding
from service.content.actions.store import withdraw
from service.content.models import Article
from service.delivery.actions.send import send_due
from service.editions.actions import take_out
from service.editions.actions.appearances import appearances, readers_of
from service.editions.actions.decide import approve, pause, resume, send_test
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import raise_alerts
from service.editions.models import Edition
from service.toolbox.errors import ServiceError
from tests import builders
from tests.delivery.conftest import smtp  # noqa: F401
from tests.delivery.mailings import parsed, states

from .desk import FRIDAY, approved, drafted, go, mailing_of, story

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
WHY = "A source is at risk."


@pytest.fixture
def secret() -> Article:
    """Beside another story."""
    story(title="Out already", kind="investigation")
    return story(title="The secret", standfirst="Who told us.", url="https://cauce.example/secret/")


def readers(count: int) -> None:
    for number in range(count):
        builders.reader(FRIDAY, f"reader{number:02d}", text_only=number % 2 == 1)


def sending() -> Edition:
    edition = approved()
    dispatch_editions(FRIDAY)
    edition.refresh_from_db()
    assert edition.state == "sending"
    return edition


def hold(article: Article, now: Any = FRIDAY) -> list[str]:
    return [one.sentence for one in take_out.hold(article, "ana", WHY, now)]


def send_and(server: Any, act: Callable[[], Any], after: int) -> None:
    """All that is due; `act` between two messages, once the server has so many."""
    done: list[Any] = []

    def between() -> bool:
        if len(server.kept) >= after and not done:
            done.append(act())
        return False

    send_due(FRIDAY, stopped=between)
    send_due(FRIDAY, stopped=between)
    assert done


def letters(server: Any) -> list[EmailMessage]:
    found = [parsed(one.message) for one in server.kept]
    return [one for one in found if one["List-Id"]]


def telling(server: Any) -> list[bool]:
    """Of each letter in turn, whether any part of it tells the story."""
    told = [" ".join(part.get_content() for part in one.walk() if not part.is_multipart()) for one in letters(server)]
    return ["secret" in one.lower() for one in told]


@pytest.mark.parametrize("how", ["held", "withdrawn"])
def test_whoever_has_no_letter_yet_gets_it_without(smtp: Any, secret: Article, how: str) -> None:  # noqa: F811
    readers(30)
    server, edition = smtp(), sending()
    act = hold if how == "held" else lambda article: take_out.withdraw(article, "", FRIDAY)
    send_and(server, lambda: act(secret), after=7)
    told = telling(server)
    assert len(told) == 30
    assert told == sorted(told, reverse=True)
    assert 7 <= sum(told) <= 15  # a window of five, and one of ten
    assert states(mailing_of(edition)) == {"accepted": 30}
    assert all("Out already".lower() in str(one.get_body(("plain",))).lower() for one in letters(server))


def test_the_desk_is_told_how_many_have_it(smtp: Any, secret: Article) -> None:  # noqa: F811
    readers(30)
    server, told = smtp(), []
    edition = sending()
    send_and(server, lambda: told.extend(hold(secret)), after=7)
    have = readers_of(Article.objects.get(pk=secret.pk)).readers
    assert 7 <= have <= 15
    assert told == [
        f"{edition.slug} goes on without 'The secret': {have} have it already, {30 - have} get the letter without."
    ]
    assert [one.dropped for one in appearances(secret)] == [have]
    desk = [one for one in map(parsed, (one.message for one in server.kept)) if one["To"] == "desk@cauce.example"]
    (mail,) = [one for one in desk if str(one["Subject"]).startswith("Goes on without")]
    words = " ".join(builders.part(mail, "plain").split())
    assert f"{have} have these stories already, or get them this second; {30 - have} get the letter without" in words
    assert "The secret" in words


def test_what_the_cms_withdraws_is_taken_out_at_the_next_beat(smtp: Any, secret: Article) -> None:  # noqa: F811
    readers(4)
    server, edition = smtp(), sending()
    withdraw(secret, "", FRIDAY + MINUTE)
    told = go(FRIDAY + MINUTE)
    assert f"{edition.slug} goes on without 'The secret': 0 have it already, 4 get the letter without." in told
    assert telling(server) == [False] * 4


def test_a_letter_that_never_told_it_goes_on_as_it_was(smtp: Any) -> None:  # noqa: F811
    readers(3)
    server, edition = smtp(), sending()
    before = Edition.objects.get().content_hash
    assert hold(story(FRIDAY, title="The secret")) == []
    go(FRIDAY)
    assert (Edition.objects.get(pk=edition.pk).content_hash, len(letters(server))) == (before, 3)
    assert mailing_of(edition).letters == 0


def test_what_a_person_paused_stays_paused(smtp: Any, secret: Article) -> None:  # noqa: F811
    readers(4)
    server, edition = smtp(), sending()
    pause(edition)
    hold(secret)
    go(FRIDAY)
    assert (Edition.objects.get().state, letters(server)) == ("paused", [])
    edition.refresh_from_db()
    resume(edition)
    go(FRIDAY)
    assert telling(server) == [False] * 4


def test_an_alert_is_paused_and_goes_on_when_it_is_released_and_a_person_says_so(smtp: Any) -> None:  # noqa: F811
    readers(3)
    secret = story(FRIDAY, title="The secret", kind="news")
    raise_alerts(FRIDAY)
    dispatch_editions(FRIDAY)
    server, alert = smtp(), Edition.objects.get()
    told = hold(secret)
    assert told == [f"{alert.slug} is paused, because it can't go on without 'The secret'; 0 have it already."]
    go(FRIDAY)
    alert.refresh_from_db()
    with pytest.raises(ServiceError, match="“The secret” is held"):
        resume(alert)
    holding.release(secret, FRIDAY + MINUTE)
    go(FRIDAY + MINUTE)
    assert (Edition.objects.get().state, letters(server)) == ("paused", [])
    alert.refresh_from_db()
    resume(alert)
    go(FRIDAY + MINUTE)
    assert telling(server) == [True] * 3


def test_a_digest_of_nothing_else_is_paused_and_one_whose_story_is_withdrawn_is_stopped(
    smtp: Any,  # noqa: F811
) -> None:
    readers(2)
    only = story(title="The secret")
    server, edition = smtp(), sending()
    (told,) = hold(only)
    assert "is paused, because" in told
    (told,) = [one.sentence for one in take_out.withdraw(only, "", FRIDAY)]
    assert told == f"{edition.slug} is stopped, because nothing is left of it without 'The secret'; 0 have it already."
    go(FRIDAY)
    assert letters(server) == []
    assert (Edition.objects.get().state, states(mailing_of(edition))) == ("cancelled", {"cancelled": 2})


def test_what_the_editors_own_words_link_to_pauses_the_letter(smtp: Any, secret: Article) -> None:  # noqa: F811
    readers(2)
    edition = drafted()
    Edition.objects.update(letter="Read https://cauce.example/secret/ first.")
    edition.refresh_from_db()
    approve(edition, "ana", FRIDAY)
    dispatch_editions(FRIDAY)
    (told,) = hold(secret)
    assert "is paused, because it can't go on without" in told
    go(FRIDAY)
    assert Edition.objects.get().state == "paused"


def test_approved_by_a_person_and_sent_to_nobody_yet_it_is_a_draft_again(secret: Article, sink: Any) -> None:
    readers(2)
    edition = approved()
    dispatch_editions(FRIDAY, seconds=-1)  # its letter is frozen, and some are planned
    assert Edition.objects.get().state == "approved"
    told = hold(secret)
    assert told == [f"{edition.slug} waits for approval again, without 'The secret'. Nobody has it yet."]
    edition.refresh_from_db()
    assert (edition.state, edition.content_hash, edition.approved_by) == ("drafted", "", "")
    approve(edition, "maria", FRIDAY)
    go(FRIDAY)
    sent = [one for one in builders.letters(sink.folder) if one["List-Id"]]
    assert len(sent) == 2
    assert not any("secret" in builders.part(one, "plain").lower() for one in sent)


def test_approved_by_the_newsrooms_own_rule_it_goes_out_without(
    secret: Article, sink: Any, change_newsroom: Any
) -> None:
    change_newsroom('approval = "one"', 'approval = "none"')
    change_newsroom("undo_minutes = 5", "undo_minutes = 0")
    readers(2)
    edition = drafted()
    dispatch_editions(FRIDAY, seconds=-1)
    assert hold(secret) == []
    go(FRIDAY)
    assert Edition.objects.get(pk=edition.pk).state == "sent"
    assert not any(
        "secret" in builders.part(one, "plain").lower() for one in builders.letters(sink.folder) if one["List-Id"]
    )


def test_a_held_alert_that_was_approved_waits_for_a_person(sink: Any) -> None:
    readers(1)
    secret = story(FRIDAY, title="The secret", kind="news")
    raise_alerts(FRIDAY)
    hold(secret)
    go(FRIDAY)
    alert = Edition.objects.get()
    assert alert.state == "drafted"
    with pytest.raises(ServiceError, match="story of this alert is held"):
        approve(alert, "ana", FRIDAY)


def test_no_test_letter_tells_it_either(secret: Article, sink: Any) -> None:
    readers(1)
    edition = approved()
    go(FRIDAY)
    hold(secret)
    edition.refresh_from_db()
    with pytest.raises(ServiceError, match="is held"):
        send_test(edition, "ana@cauce.example", FRIDAY)


def test_held_released_and_held_again_it_is_out_of_whatever_has_not_begun(smtp: Any, secret: Article) -> None:  # noqa: F811
    readers(30)
    server, edition = smtp(), sending()

    def three_times() -> None:
        hold(secret)
        holding.release(secret, FRIDAY)
        hold(secret)

    send_and(server, three_times, after=6)
    told = telling(server)
    assert told == sorted(told, reverse=True)
    assert sum(told) <= 15
    assert states(mailing_of(edition)) == {"accepted": 30}


def test_released_on_the_way_it_stays_out_of_that_letter(smtp: Any, secret: Article) -> None:  # noqa: F811
    readers(4)
    server, other = smtp(), story(title="Another")
    sending()
    hold(secret)
    holding.release(secret, FRIDAY)
    hold(other)
    go(FRIDAY)
    assert telling(server) == [False] * 4
