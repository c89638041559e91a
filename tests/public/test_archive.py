"""Letters that went out, as whoever comes later finds them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import feedparser
import pytest
from django.test import Client

from service.content.actions.store import withdraw
from service.content.models import Article
from service.delivery.rules.compiled import fill
from service.editions.actions.compose import without_questions
from service.editions.actions.decide import approve
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import draft_now
from service.editions.models import Edition
from service.toolbox import clock, tokens
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(now: datetime) -> Edition:
    for title in ("Gold on the river", "The seals"):
        builders.article(now, title=title)
    builders.reader(now)
    drafted = draft_now(now + timedelta(minutes=1), "en")
    assert drafted.edition
    approve(drafted.edition, "ana", now)
    dispatch_editions(now)
    return Edition.objects.get()


def test_a_letter_stands_as_it_went_out(client: Client, letter: Edition) -> None:
    page = client.get(f"/editions/{letter.slug}/").content.decode()
    assert "Since this letter went out" not in page
    body = without_questions(letter.html).partition("<body")[2].partition(">")[2]
    assert fill(body, {"unsubscribe": "https://letters.cauce.example/preferences/"}) in page


def test_what_was_withdrawn_since_is_said_above_the_letter(client: Client, letter: Edition, now: datetime) -> None:
    withdraw(Article.objects.get(title="The seals"), "Its source had lied.", now + timedelta(hours=1))
    page = client.get(f"/editions/{letter.slug}/").content.decode()
    above = page.partition("Since this letter went out")[2].partition("</section>")[0]
    assert ("Withdrawn:" in above, "The seals" in above, "Its source had lied." in above) == (True, True, True)
    assert page.index("Its source had lied.") < page.index("Gold on the river")


def test_a_style_in_a_letter_is_allowed_by_its_hash_alone(client: Client, letter: Edition) -> None:
    policy = client.get(f"/editions/{letter.slug}/").headers["Content-Security-Policy"]
    assert "'unsafe-hashes' 'sha256-" in policy
    assert "'unsafe-inline'" not in policy
    assert "sandbox allow-popups allow-top-navigation-by-user-activation;" in policy


def test_a_feed_lists_the_letters_of_its_language(client: Client, letter: Edition, now: datetime) -> None:
    feed = feedparser.parse(client.get("/editions/en.atom").content)
    assert not feed.bozo
    (entry,) = feed.entries
    assert (entry.title, entry.link) == (
        letter.subject,
        f"https://letters.cauce.example/editions/{letter.slug}/",
    )
    assert "Gold on the river" in entry.summary
    assert feedparser.parse(client.get("/editions/es.atom").content).entries == []
    assert client.get("/editions/xx.atom").status_code == 404


def test_a_letter_with_a_correction_counts_as_updated(client: Client, letter: Edition, now: datetime) -> None:
    withdraw(Article.objects.get(title="The seals"), "Its source had lied.", now + timedelta(hours=1))
    (entry,) = feedparser.parse(client.get("/editions/en.atom").content).entries
    assert "Its source had lied." in entry.summary
    assert entry.updated > entry.published


@pytest.mark.parametrize("purpose", ["confirm", "preferences", "unsubscribe"])
def test_a_personal_page_is_in_no_index(client: Client, now: datetime, purpose: str) -> None:
    address = f"/{purpose}/{tokens.sign(purpose, builders.reader(now).key)}"
    assert '<meta name="robots" content="noindex">' in client.get(address).content.decode()


def test_who_just_left_can_undo_it_but_an_old_link_brings_nobody_back(client: Client, now: datetime) -> None:
    address = f"/unsubscribe/{tokens.sign('unsubscribe', builders.reader(now).key)}"
    first, again = (undo_on(client.post(address, {"List-Unsubscribe": "One-Click"})) for _ in range(2))
    assert (first, again) == (True, False)


def undo_on(page: Any) -> bool:
    return 'action="/confirm/' in page.content.decode()


def test_a_readers_own_language_wins_over_the_links_and_the_browsers(client: Client) -> None:
    reader = builders.reader(clock.now(), language="es")
    address = f"/preferences/{tokens.sign('preferences', reader.key)}?language=en"
    page = client.get(address, headers={"accept-language": "en"})
    assert page.headers["Content-Language"] == "es"
