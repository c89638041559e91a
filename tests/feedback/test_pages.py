"""What a reader meets behind 'was this helpful', and what a mail scanner does not do there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from service.content.actions.store import withdraw
from service.content.models import Article
from service.feedback.actions import answer_openly
from service.feedback.models import Comment, Pace, Tally, Vote
from service.feedback.rules import LONGEST_COMMENT, MOST_A_MINUTE
from service.toolbox.logs import masked
from tests import builders
from tests.editions.desk import FRIDAY, approved, drafted, go

from .letters import TITLES, Sent, every_row, sent

pytestmark = pytest.mark.django_db
At = Callable[[datetime], None]


@pytest.fixture
def digest(sink: Any, at: At) -> Sent:
    return sent(sink)


def counts(digest: Sent) -> dict[str, tuple[int, int]]:
    return {row.title: (row.yes, row.no) for row in Tally.objects.of(digest.subject)}


def test_looking_at_a_link_in_whatever_way_votes_nothing(digest: Sent, browser: Client) -> None:
    before = every_row()
    for path in digest.links["ana"]:
        for ask in (browser.get, browser.head, browser.options):
            for chosen in ("yes", "no"):
                answer = ask(f"{path}/{chosen}?utm_source=scanner")
                assert not answer.cookies
    assert every_row() == before


@pytest.mark.parametrize("chosen", ["yes", "no"])
def test_the_page_shows_the_answer_of_the_link_and_one_button(digest: Sent, browser: Client, chosen: str) -> None:
    answer = browser.get(f"{digest.links['ana'][0]}/{chosen}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert re.findall(r'value="(\w+)" checked', page) == [chosen]
    assert page.count("<button") == 1
    assert TITLES[0] in page or TITLES[1] in page
    assert "noindex" in page


def test_sending_it_votes_once_and_again_changes_it(digest: Sent, browser: Client) -> None:
    path = digest.links["ana"][0]
    for link, said in (("yes", "yes"), ("yes", "yes"), ("yes", "no")):
        answer = browser.post(f"{path}/{link}", {"answer": said})
        assert (answer.status_code, "Thank you" in answer.content.decode()) == (200, True)
    browser.post(f"{digest.links['bruno'][0]}/yes", {"answer": "yes"})
    assert list(counts(digest).values()) == [(1, 1)]


def test_a_post_that_says_nothing_votes_nothing(digest: Sent, browser: Client) -> None:
    path = digest.links["ana"][0]
    for said in ({}, {"answer": "maybe"}, {"List-Unsubscribe": "One-Click"}):
        assert b"Send my answer" in browser.post(f"{path}/yes", said).content
    assert not Vote.objects.exists()


def test_an_unknown_token_is_answered_like_a_known_one_and_counts_nothing(digest: Sent, browser: Client) -> None:
    known = digest.links["ana"][0]
    unknown = known.replace(digest.token("ana"), "x" * 32)
    for ask in (browser.get, lambda path: browser.post(path, {"answer": "yes", "comment": "Hello"})):
        answers = [ask(f"{path}/yes") for path in (known, unknown)]
        bodies = [one.content.decode().replace(digest.token("ana"), "x" * 32) for one in answers]
        assert bodies[0] == bodies[1]
        assert answers[0].headers == answers[1].headers
        assert answers[0].status_code == answers[1].status_code == 200
    assert (Vote.objects.count(), Comment.objects.count(), list(counts(digest).values())) == (1, 1, [(1, 0)])


def test_a_token_of_another_edition_counts_nothing(digest: Sent, browser: Client, sink: Any, at: At) -> None:
    later = FRIDAY + timedelta(days=7)
    builders.article(later - timedelta(hours=1), title="Next week", kind="brief")
    edition = approved(later)
    go(later)
    item = edition.shown_items.get()
    assert browser.post(f"/feedback/{digest.token('ana')}/{item.pk}/yes", {"answer": "yes"}).status_code == 200
    assert not Tally.objects.exists()


def test_after_two_weeks_there_is_a_friendly_sentence(digest: Sent, browser: Client, at: At) -> None:
    at(FRIDAY + timedelta(days=14))
    path = f"{digest.links['ana'][0]}/yes"
    for answer in (browser.get(path), browser.post(path, {"answer": "yes"})):
        assert answer.status_code == 200
        assert "The count is over" in answer.content.decode()
    assert not Tally.objects.exists()


@pytest.mark.parametrize("number", ["0", "999999", "9" * 18])
def test_a_story_that_there_is_not_is_not_found(digest: Sent, browser: Client, number: str) -> None:
    assert browser.get(f"/feedback/{digest.token('ana')}/{number}/yes").status_code == 404


def test_nothing_is_asked_about_what_was_left_out_withdrawn_or_not_sent(digest: Sent, browser: Client, at: At) -> None:
    first, second = digest.edition.items.all()
    first.left_out = True
    first.save()
    withdraw(second.article, "It was wrong.", FRIDAY)
    builders.article(FRIDAY + timedelta(days=6), title="Next week", kind="brief")
    draft = drafted(FRIDAY + timedelta(days=7)).items.get(article__title="Next week")
    for item in (first, second, draft):
        assert browser.get(f"/feedback/{digest.token('ana')}/{item.pk}/yes").status_code == 404


def test_a_comment_is_kept_as_plain_text_without_vote_reader_or_hour(digest: Sent, browser: Client) -> None:
    words = " <script>alert(1)</script>\r\nGracias\x00 "
    browser.post(f"{digest.links['ana'][0]}/yes", {"answer": "no", "comment": words})
    comment = Comment.objects.get()
    assert comment.text == "<script>alert(1)</script>\nGracias"
    assert comment.day == FRIDAY.date()
    assert {field.name for field in Comment._meta.get_fields()} == {"id", "key", "title", "day", "text"}


@pytest.mark.parametrize(("length", "status", "kept"), [(LONGEST_COMMENT, 200, 1), (LONGEST_COMMENT + 1, 422, 0)])
def test_a_comment_has_an_end_and_what_was_typed_is_not_lost(
    digest: Sent, browser: Client, length: int, status: int, kept: int
) -> None:
    answer = browser.post(f"{digest.links['ana'][0]}/yes", {"answer": "no", "comment": "ñ" * length})
    assert answer.status_code == status
    assert (Comment.objects.count(), Vote.objects.count()) == (kept, kept)
    page = answer.content.decode()
    assert ("ñ" * length in page, 'value="no" checked' in page, "2,000" in page) == (not kept,) * 3


def test_comments_come_so_many_a_minute(digest: Sent, browser: Client) -> None:
    Pace.objects.create(door="comments", minute=FRIDAY, taken=MOST_A_MINUTE)
    path = f"{digest.links['ana'][0]}/yes"
    assert browser.post(path, {"answer": "yes", "comment": "More"}).status_code == 429
    assert browser.post(path, {"answer": "yes"}).status_code == 200
    assert (Comment.objects.count(), list(counts(digest).values())) == (0, [(1, 0)])


def test_it_speaks_the_letters_language(sink: Any, at: At, browser: Client) -> None:
    builders.article(FRIDAY - timedelta(hours=5), language="es", title="Las minas", kind="brief")
    builders.reader(FRIDAY, "carla", "es")
    edition = approved(language="es")
    go(FRIDAY)
    path = f"/feedback/{'x' * 32}/{edition.shown_items.get().pk}/yes"
    answer = browser.get(path, headers={"accept-language": "en"})
    assert "¿Le sirvió?" in answer.content.decode()
    assert answer.headers["Content-Language"] == "es"
    assert "Gracias" in browser.post(path, {"answer": "yes"}).content.decode()
    (letter,) = [one for one in builders.letters(sink.folder) if one["List-Id"]]
    assert "¿Le sirvió? Sí:" in builders.part(letter, "plain")


def test_no_log_line_holds_a_readers_token(digest: Sent) -> None:
    assert digest.token("ana") not in masked(f"GET {digest.links['ana'][0]}/yes 200")


@pytest.fixture
def article(at: At) -> Article:
    return builders.article(FRIDAY, title="About ports")


def test_whoever_republishes_is_asked_too_and_counted_apart(article: Article, browser: Client) -> None:
    page = browser.get(f"/articles/{article.pk}/republish").content.decode()
    action = f"/feedback/republish/{article.pk}"
    assert f'action="{action}"' in page
    for said in ("yes", "no", "yes"):
        assert "Thank you" in browser.post(action, {"answer": said}).content.decode()
    tally = Tally.objects.get()
    assert (tally.key, tally.yes, tally.no) == (f"republish#{article.key}", 2, 1)
    assert not Vote.objects.exists()


def test_looking_there_counts_nothing_and_a_program_neither(article: Article, browser: Client) -> None:
    action = f"/feedback/republish/{article.pk}"
    assert browser.get(action)["Location"] == f"/articles/{article.pk}/republish"
    browser.head(action)
    browser.options(action)
    browser.post(action, {"answer": "perhaps"})
    trapped = browser.post(action, {"answer": "yes", "website": "https://pills.example"})
    assert "Thank you" in trapped.content.decode()
    assert not Tally.objects.exists()


def test_too_many_in_a_minute_are_told_to_wait(article: Article, browser: Client) -> None:
    for _ in range(MOST_A_MINUTE):
        answer_openly("republish", article.key, FRIDAY, yes=True)
    answer = browser.post(f"/feedback/republish/{article.pk}", {"answer": "yes"})
    assert (answer.status_code, "Try again in a minute" in answer.content.decode()) == (429, True)
    assert Tally.objects.get().yes == MOST_A_MINUTE


def test_nothing_is_asked_about_an_article_that_is_gone(article: Article, browser: Client) -> None:
    withdraw(article, "It was wrong.", FRIDAY)
    assert browser.post(f"/feedback/republish/{article.pk}", {"answer": "yes"}).status_code == 404
