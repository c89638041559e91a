from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from service.audience import limits
from service.audience.actions import subscribe, unsubscribe
from service.audience.intake import Came
from service.audience.intake import subscribe as sign_up
from service.audience.models import Consent, Subscriber, Tally
from service.audience.numbers import numbers, weeks
from service.audience.rules import UNSUBSCRIBE, Choices, rounded
from service.delivery.actions import gate
from service.delivery.models import Message, Suppression
from service.delivery.rules.verdicts import HARD_BOUNCE
from service.feedback.models import Comment
from service.feedback.models import Tally as Votes
from service.toolbox import clock, tokens
from tests import builders

from .conftest import Enter

pytestmark = pytest.mark.django_db
ADDRESS = "ana@readers.example"


def readers(now: datetime, count: int, name: str = "r", **chosen: Any) -> None:
    for number in range(count):
        builders.reader(now, f"{name}{number}", **chosen)


def found(enter: Enter, address: str = ADDRESS, reason: str = "asked by phone", role: str = "publisher") -> Any:
    return enter(role).post("/console/readers/one", {"address": address, "reason": reason})


def test_the_first_sentence_says_how_many_get_what_in_which_language(enter: Enter, now: datetime) -> None:
    readers(now, 12, "a", wants="both")
    readers(now, 21, "b", wants="weekly", language="es")
    text = enter("reader").get("/console/readers/").text
    assert "30 readers get letters: in English 10 the weekly and 10 alerts; in Spanish 20 the weekly" in text
    assert "in Spanish 20 the weekly and fewer than 10 alerts." in text


def test_one_reader_more_or_less_changes_no_number(now: datetime) -> None:
    """Whoever knows that Ana came or left today learns nothing of what she chose."""
    readers(now, 14, interests="topic:customs country:pe")
    before = numbers(now)
    reader = builders.reader(now, "ana", language="es", wants="alerts", interests="topic:prisons", quiet=True)
    after = numbers(now)
    reader.delete()
    assert (before.readers, before.languages, before.topics) == (10, after.languages, {"customs": 10})
    assert (after.readers, after.quiet, after.topics["prisons"]) == (10, 0, 0)


def test_no_difference_between_a_whole_and_its_parts_leads_to_one_reader() -> None:
    """What is told of both leaves at least nine numbers for the part that is not told."""
    for rest in range(60):
        for part in range(10):
            told = rounded(rest + part) - rounded(rest)
            assert sum(told in (rounded(one + other) for other in range(10)) for one in range(10)) >= 9


def test_who_gets_nothing_is_not_counted_as_a_reader(now: datetime) -> None:
    readers(now, 20)
    for reader in Subscriber.objects.all()[:11]:
        gate.suppress(reader.address.fingerprint, HARD_BOUNCE, now)
    assert numbers(now).readers == 0
    assert numbers(now).kept_out == {HARD_BOUNCE: 10}


def test_growth_and_loss_are_told_by_week(enter: Enter, now: datetime) -> None:
    for what, days in (("confirmed", 0), ("unsubscribed", 8)):
        for number in range(23):
            Consent.objects.create(reader_key=f"{what}{number}", at=now - timedelta(days=days), what=what)
    assert [(week.joined, week.left) for week in weeks(now)[-2:]] == [(0, 20), (20, 0)]
    assert "Readers who left, by week" in enter("reader").get("/console/readers/").text


def test_a_reader_is_shown_with_what_is_kept(enter: Enter, now: datetime) -> None:
    subscribe(ADDRESS, Choices("es", "weekly", topics=()), now, words="I want it")
    Subscriber.objects.update(status="active", confirmed=now)
    text = found(enter).text
    for piece in ("Spanish", "asked for letters", "I want it", "confirm", "Looked up because: asked by phone"):
        assert piece in text, piece


def test_why_a_reader_gets_nothing_is_told(enter: Enter, now: datetime) -> None:
    reader = builders.reader(now)
    unsubscribe(tokens.sign(UNSUBSCRIBE, reader.key), now)
    text = found(enter, "ANA@Readers.example").text
    assert "has left, and gets nothing" in text
    assert "The address has got nothing since" in text


def test_an_address_that_is_not_here_is_told_as_such(enter: Enter) -> None:
    answer = found(enter, "nobody@else.example")
    assert "Nobody reads there." in answer.text
    assert "nobody@else.example" not in answer.text


@pytest.mark.parametrize("reason", ["", "  ", "she is ana@readers.example"])
def test_nobody_is_looked_up_without_a_reason_that_may_be_kept(enter: Enter, now: datetime, reason: str) -> None:
    builders.reader(now)
    assert found(enter, reason=reason).status_code == 302


@pytest.mark.parametrize("path", ["one", "one/export", "one/erase", "import/take", "export", "domain"])
@pytest.mark.parametrize("role", ["reader", "editor", "partner manager"])
def test_only_whoever_may_see_one_reader_does(enter: Enter, now: datetime, role: str, path: str) -> None:
    key = builders.reader(now).key
    form = {"address": ADDRESS, "reason": "curious", "key": key}
    assert enter(role).post(f"/console/readers/{path}", form).status_code == 403
    assert Subscriber.objects.filter(key=key).exists()


def test_the_page_of_one_reader_has_no_address_to_come_back_to(enter: Enter) -> None:
    assert enter("publisher").get(f"/console/readers/one?address={ADDRESS}")["Location"] == "/console/readers/"


def test_what_is_kept_is_mailed_to_the_reader_alone(enter: Enter, now: datetime) -> None:
    reader = builders.reader(now)
    answer = enter("publisher").post("/console/readers/one/export", {"key": reader.key})
    assert answer["Location"] == "/console/readers/"
    letter = Message.objects.get(mailing__key__contains=":export:")
    assert letter.address == reader.address


def test_a_reader_is_erased_when_they_ask_the_desk(enter: Enter, now: datetime) -> None:
    reader = builders.reader(now)
    enter("publisher").post("/console/readers/one/erase", {"key": reader.key})
    assert not Subscriber.objects.exists()
    assert Suppression.objects.get().reason == "erased"


def take(enter: Enter, text: str, **more: str) -> Any:
    form = {"file": SimpleUploadedFile("list.csv", text.encode()), "language": "en", "wants": "weekly", **more}
    return enter("publisher").post("/console/readers/import/take", {"source": "our old form", **form})


def tried(answer: Any) -> str:
    return str(answer.text.partition('name="tried" value="')[2].partition('"')[0])


def test_a_list_is_tried_before_it_comes_in(enter: Enter) -> None:
    rows = "email\nana@readers.example\nnobody\n"
    dry = take(enter, rows)
    assert "Bring in 1 reader" in dry.text
    assert "Row 3" in dry.text
    assert not Subscriber.objects.exists()
    assert "1 reader is in." in take(enter, rows, tried=tried(dry)).text
    assert Subscriber.objects.get().status == "active"


def test_no_other_list_comes_in_than_the_one_that_was_tried(enter: Enter) -> None:
    dry = take(enter, "email\nana@readers.example\n")
    for wrong in (tried(dry), "made:up"):
        answer = take(enter, "email\nbo@readers.example\n", tried=wrong)
        assert "Try it first" in answer.text
    assert not Subscriber.objects.exists()


def test_what_is_no_list_gets_a_sentence(enter: Enter) -> None:
    assert "Unpack it, or save it as CSV" in take(enter, "PK\x03\x04").text
    assert "Choose a file" in enter("publisher").post("/console/readers/import/take", {}).text


def test_the_whole_list_goes_out_as_a_file(enter: Enter, now: datetime) -> None:
    builders.reader(now)
    answer = enter("publisher").post("/console/readers/export")
    assert answer["Content-Disposition"].startswith("attachment")
    assert ADDRESS in answer.text
    assert enter("publisher").get("/console/readers/export").status_code == 405


@pytest.fixture
def spike(monkeypatch: pytest.MonkeyPatch) -> str:
    """The mark of a domain that is full today."""
    monkeypatch.setattr(limits, "SPIKE_AT_A_DOMAIN", 2)
    for number in range(3):
        signed_up(f"r{number}@victim.example")
    return Tally.objects.get(kind="domain").mark


def signed_up(address: str, after: timedelta = timedelta()) -> bool:
    """Whether it was let in."""
    before = Subscriber.objects.count()
    sign_up(address, Choices("en", "weekly"), Came(), clock.now() + after)
    return Subscriber.objects.count() > before


def said(enter: Enter, mark: str, verdict: str) -> str:
    """The desk's page afterwards."""
    form = {"mark": mark, "verdict": verdict}
    return enter("publisher").post("/console/readers/domain", form, follow=True).text


def test_the_desk_sees_which_domain_is_held_and_no_other(enter: Enter, spike: str) -> None:
    signed_up("ana@quiet.example")
    text = enter("reader").get("/console/readers/").text
    assert "victim.example" in text
    assert "held until tomorrow" in text
    assert "quiet.example" not in text
    assert "r0@" not in text


def test_the_desk_lets_a_domain_through_for_a_week(enter: Enter, spike: str) -> None:
    assert not signed_up("more@victim.example")
    assert "let through until" in said(enter, spike, "through")
    for day in range(7):
        assert all(signed_up(f"d{day}n{number}@victim.example", timedelta(days=day)) for number in range(5))
    assert limits.held(clock.now() + timedelta(days=7)).count() == 0


def test_the_desk_keeps_a_domain_held_for_a_week(enter: Enter, spike: str) -> None:
    assert "held by the desk until" in said(enter, spike, "kept")
    assert not signed_up("later@victim.example", timedelta(days=6))
    assert signed_up("ana@other.example", timedelta(days=6))
    assert signed_up("later@victim.example", timedelta(days=7))


def test_the_last_word_counts(enter: Enter, spike: str) -> None:
    for verdict in ("kept", "through", "kept", "through"):
        said(enter, spike, verdict)
    assert signed_up("more@victim.example")
    assert limits.held(clock.now()).count() == 1


def test_a_domain_that_nobody_held_is_not_decided_about(enter: Enter, spike: str) -> None:
    enter("publisher").post("/console/readers/domain", {"mark": "x" * 200, "verdict": "kept"})
    assert Tally.objects.filter(kind=limits.KEPT).count() == 0


def test_answers_are_told_from_ten_on(enter: Enter) -> None:
    Votes.objects.create(key="edition:w#1", title="Many", yes=9, no=3)
    Votes.objects.create(key="edition:w#2", title="Few", yes=8, no=1)
    text = enter("reader").get("/console/readers/").text
    assert '<td class="number">9</td><td class="number">12</td>' in text
    assert '<td class="number">8</td>' not in text


def test_an_editor_reads_what_readers_wrote_and_deletes_what_names_somebody(enter: Enter, now: datetime) -> None:
    row = Comment.objects.create(key="edition:w#1", title="Customs", day=now.date(), text="<b>Ask my boss</b>")
    assert "&lt;b&gt;Ask my boss" in enter("editor").get("/console/readers/comments/").text
    assert enter("reader").get("/console/readers/comments/").status_code == 403
    enter("editor").post(f"/console/readers/comments/{row.pk}/delete")
    assert not Comment.objects.exists()
