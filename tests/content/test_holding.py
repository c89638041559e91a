"""A story that is held is out of sight, keeps what its source says, and comes back as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from service.content.actions.holding import find, hold, release
from service.content.actions.kills import kill
from service.content.actions.store import release_due, take_in, withdraw
from service.content.models import Article
from service.content.rules.drafts import Draft
from service.toolbox.errors import ServiceError
from tests import builders

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
WHY = "Her source was followed."


def now_of(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


def held(now: datetime, **changes: object) -> tuple[Article, Draft]:
    one = builders.draft(**{"published": now - MINUTE, **changes})
    take_in(builders.source(), one, now, first_import=False)
    article = Article.objects.get(external_id=one.external_id)
    hold(article, "ana", WHY, now)
    return now_of(article), one


def kinds(article: Article) -> list[str]:
    return list(article.versions.order_by("number").values_list("kind", flat=True))


def test_held_it_is_no_longer_published_and_the_desk_knows_why(now: datetime) -> None:
    article, _ = held(now)
    assert (article.status, article.held_by, article.held_why, article.held_at) == ("held", "ana", WHY, now)
    assert not Article.objects.published().exists()
    assert not article.versions.filter(note__contains="source").exists()


def test_released_it_has_the_same_guid_and_dates(now: datetime) -> None:
    article, _ = held(now)
    release(article, now + MINUTE)
    back = now_of(article)
    before = (article.guid, article.published, article.updated, article.first_seen, article.change)
    assert before == (back.guid, back.published, back.updated, back.first_seen, back.change)
    assert (back.status, back.held_at, back.held_by, back.held_why) == ("published", None, "", "")


def test_what_its_source_says_meanwhile_is_kept_and_shown_once_it_is_released(now: datetime) -> None:
    article, one = held(now)
    later = replace(one, title="Said better", change="correction", note="One boat, not two.")
    assert take_in(builders.source(), later, now + MINUTE, first_import=False) == "changed"
    assert (now_of(article).status, now_of(article).title) == ("held", "Said better")
    release(article, now + MINUTE * 9)
    correction = article.versions.get(kind="correction")
    assert (now_of(article).status, correction.at) == ("published", now + MINUTE * 9)


def test_the_same_again_changes_nothing_of_what_is_held(now: datetime) -> None:
    article, one = held(now)
    assert take_in(builders.source(), one, now + MINUTE, first_import=False) == "unchanged"
    assert now_of(article).status == "held"


@pytest.mark.parametrize("verb", [withdraw, kill])
def test_that_it_is_withdrawn_wins(now: datetime, verb: object) -> None:
    article, _ = held(now)
    verb(article, "It was wrong.", now + MINUTE)  # type: ignore[operator]
    assert (now_of(article).status, now_of(article).held_why) == ("withdrawn", "")
    assert kinds(article) == ["published", "held", "withdrawal"]
    with pytest.raises(ServiceError, match="not held"):
        release(article, now + MINUTE)


def test_held_before_its_hour_it_does_not_come_out_and_released_it_does(now: datetime) -> None:
    article, one = held(now, published=now + MINUTE * 5)
    assert release_due(now + MINUTE * 6) == 0
    take_in(builders.source(), replace(one, title="Another"), now + MINUTE * 6, first_import=False)
    assert (now_of(article).status, now_of(article).first_seen) == ("held", None)
    release(article, now + MINUTE * 7)
    assert now_of(article).status == "scheduled"
    assert release_due(now + MINUTE * 8) == 1
    assert (now_of(article).title, now_of(article).first_seen) == ("Another", now + MINUTE * 8)


def test_withdrawn_before_its_hour_it_leaves_no_notice(now: datetime) -> None:
    article, _ = held(now, published=now + MINUTE * 5)
    withdraw(article, "", now + MINUTE)
    assert not Article.objects.shown(now + MINUTE * 2).exists()


def test_held_twice_it_keeps_its_first_reason(now: datetime) -> None:
    article, _ = held(now)
    hold(article, "rosa", "Another reason.", now + MINUTE)
    assert (now_of(article).held_by, kinds(article)) == ("ana", ["published", "held"])


def test_without_a_reason_or_once_it_is_withdrawn_nothing_is_held(now: datetime) -> None:
    article = builders.article(now)
    with pytest.raises(ServiceError, match="Say why"):
        hold(article, "ana", "  ", now)
    withdraw(article, "", now)
    with pytest.raises(ServiceError, match="nothing left to hold"):
        hold(article, "ana", WHY, now)


def test_it_is_found_by_key_id_and_address(now: datetime) -> None:
    article = builders.article(now, published=now + MINUTE)
    assert {find(words).pk for words in (article.key, str(article.pk), article.canonical_url)} == {article.pk}
    with pytest.raises(ServiceError, match="no article"):
        find("nothing")
