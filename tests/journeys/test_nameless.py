"""A name that was removed is in no outlet's bytes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from service.content.actions.bylines import remove_byline, restore_byline
from service.content.models import Article, Author
from service.content.rules.drafts import Person
from service.delivery.actions.send import send_due
from service.editions.actions.decide import approve
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import draft_now, raise_alerts
from service.editions.models import Edition
from service.feeds.actions.publish import publish_feeds
from tests import builders

from .outlets import outlets

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NAMES = ("lucía ferrer", "lucia-ferrer")


@pytest.fixture
def went_out(now: datetime, sink: Any) -> Edition:
    """A digest with stories of hers that everybody has, and an archive page."""
    for days in range(16, 0, -1):
        builders.article(now, published=now - DAY * days)
    builders.article(now, language="es", translation="t1")
    builders.article(now, translation="t1")
    builders.reader(now, "ana")
    drafted = draft_now(now + MINUTE, "en").edition
    assert drafted
    approve(drafted, "ana", now)
    go(now)
    return Edition.objects.get(state="sent")


def go(now: datetime) -> None:
    while publish_feeds(now, seconds=60).looked_at:
        pass
    dispatch_editions(now)
    send_due(now)
    dispatch_editions(now)


def remove(now: datetime) -> None:
    remove_byline(Author.objects.get(slug="lucia-ferrer"), now)


def naming(now: datetime) -> set[str]:
    return {
        where for where, text in outlets(now).items() if any(name in " ".join(text.lower().split()) for name in NAMES)
    }


def test_a_removed_name_is_in_no_file_no_page_and_no_letter(went_out: Edition, now: datetime) -> None:
    article = Article.objects.filter(language="en").latest("published")
    before = naming(now)
    for outlet in (
        "en/latest.rss",
        "en/latest.atom.gz",
        "en/latest/2026-11.rss",
        "/feeds/",
        "/feeds.opml",
        "/feeds/es/latest/",
    ):
        assert outlet in before
    assert {f"/editions/{went_out.slug}/", f"/articles/{article.pk}/republish.json"} <= before
    remove(now + MINUTE)
    go(now + MINUTE)
    assert naming(now + MINUTE) == set()


def test_restored_it_is_back_wherever_it_was(went_out: Edition, now: datetime) -> None:
    before = naming(now)
    remove(now + MINUTE)
    go(now + MINUTE)
    restore_byline(Author.objects.get(slug="lucia-ferrer"), now + MINUTE * 2)
    go(now + MINUTE * 2)
    assert naming(now + MINUTE * 2) == before


@pytest.fixture
def under_way(now: datetime) -> Edition:
    """An alert about her story that is frozen, and that nobody has yet; some read it quietly, some as text."""
    builders.article(now, kind="news", authors=(Person("lucia-ferrer", "Lucía Ferrer"), Person("ana", "Ana Ruiz")))
    for name, chosen in (("ana", {}), ("rosa", {"quiet": True}), ("luis", {"text_only": True})):
        builders.reader(now, name, **chosen)
    raise_alerts(now)
    dispatch_editions(now)
    return Edition.objects.get(state="sending")


def received(sink: Any) -> Iterator[str]:
    for letter in builders.letters(sink.folder):
        if letter["List-Id"]:
            for part in letter.walk():
                if not part.is_multipart():
                    yield part.get_content()


def test_a_letter_on_its_way_goes_on_without_the_name(sink: Any, under_way: Edition, now: datetime) -> None:
    remove(now + MINUTE)
    go(now + MINUTE)
    parts = list(received(sink))
    assert len(parts) == 4
    assert all("Ana Ruiz" in part for part in parts)
    assert not any(name in part.lower() for part in parts for name in NAMES)


def test_a_letter_that_names_the_person_in_a_storys_own_words_is_stopped(
    sink: Any, under_way: Edition, now: datetime
) -> None:
    Article.objects.update(standfirst="What Lucía Ferrer found.")
    remove(now + MINUTE)
    assert f"{under_way.slug} is stopped: it names somebody whose name was withheld." in dispatch_editions(now + MINUTE)
    go(now + MINUTE)
    assert list(received(sink)) == []


def test_a_letter_that_had_the_name_already_says_that_it_is_withheld(went_out: Edition, now: datetime) -> None:
    remove(now + MINUTE)
    shown = outlets(now)[f"/editions/{went_out.slug}/"]
    assert "[name withheld]" in shown
    assert went_out.html.count("Ferrer") == shown.count("[name withheld]")
