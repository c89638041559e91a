"""What becomes of an article once it is in: versions, dates, and nothing twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Thread

import pytest
from django.db import connection

from service.content.actions.related import related
from service.content.actions.store import call_it, release_due, take_in, withdraw
from service.content.models import Article, SetAside, Version
from service.content.rules.drafts import Draft
from service.toolbox.errors import ServiceError
from tests import builders

pytestmark = pytest.mark.django_db


def take(draft: Draft, now: datetime) -> str:
    return take_in(builders.source(), draft, now, first_import=False)


def refused(draft: Draft, now: datetime) -> str:
    """The sentence with which it was set aside."""
    assert take(draft, now) == "set aside"
    return SetAside.objects.get(external_id=draft.external_id).sentence


def test_the_same_draft_twice_is_one_article_and_one_version(now: datetime) -> None:
    draft = builders.draft(published=now)
    assert take(draft, now) == "added"
    assert take(draft, now + timedelta(days=1)) == "unchanged"
    assert Version.objects.count() == 1


def test_a_date_that_the_cms_moves_later_moves_nothing_here(now: datetime) -> None:
    article = builders.article(now, title="One")
    take(builders.draft(external_id=article.external_id, title="Two", published=now + timedelta(days=1)), now)
    after = Article.objects.get()
    assert (after.title, after.published) == ("Two", article.published)


def test_an_article_without_a_date_has_the_one_when_it_was_first_seen(now: datetime) -> None:
    draft = builders.draft(published=None)
    take(draft, now)
    take(builders.draft(external_id=draft.external_id, title="New", published=None), now + timedelta(days=1))
    assert Article.objects.get().published == now


def test_a_future_date_is_a_schedule_and_may_still_move(now: datetime) -> None:
    draft = builders.draft(published=now + timedelta(hours=1))
    take(draft, now)
    assert Article.objects.get().status == "scheduled"
    take(builders.draft(external_id=draft.external_id, published=now + timedelta(hours=2)), now)
    assert release_due(now + timedelta(hours=1)) == 0
    assert release_due(now + timedelta(hours=2)) == 1
    article = Article.objects.get()
    assert (article.status, article.published) == ("published", now + timedelta(hours=2))
    assert article.first_seen == now + timedelta(hours=2)


def test_an_embargo_holds_an_article_back_until_it_ends(now: datetime) -> None:
    take(builders.draft(published=now - timedelta(days=1), embargo=now + timedelta(hours=1)), now)
    assert Article.objects.get().status == "scheduled"
    assert release_due(now + timedelta(minutes=59)) == 0
    assert release_due(now + timedelta(hours=1)) == 1


def test_a_scheduled_article_that_is_taken_down_never_appears(now: datetime) -> None:
    take(builders.draft(published=now + timedelta(hours=1)), now)
    withdraw(Article.objects.get(), "", now)
    assert release_due(now + timedelta(hours=2)) == 0
    assert not Version.objects.filter(kind="withdrawal").exists()


def test_an_absurd_date_is_refused_with_a_sentence(now: datetime) -> None:
    assert "years ahead" in refused(builders.draft(published=now + timedelta(days=9999)), now)


def test_an_unknown_language_is_refused_with_a_sentence(now: datetime) -> None:
    assert "newsroom.toml publishes in en, es" in refused(builders.draft(language="pt"), now)


def test_an_address_that_is_none_is_refused_with_a_sentence(now: datetime) -> None:
    assert "not a web address" in refused(builders.draft(url="javascript:alert(1)"), now)


def test_a_body_of_20_megabytes_is_refused_with_a_sentence(now: datetime) -> None:
    assert "2,000,000 is the most" in refused(builders.draft(body="<p>" + "x" * 20_000_000), now)


def test_a_title_of_10_kilobytes_is_refused_with_a_sentence(now: datetime) -> None:
    assert "500 is the most" in refused(builders.draft(title="x" * 10_000), now)


def test_neither_title_nor_text_is_refused_with_a_sentence(now: datetime) -> None:
    assert "neither a title nor a text" in refused(builders.draft(title=" ", body="<script>x</script>"), now)


def test_what_was_set_aside_is_tried_again_and_leaves_the_list(now: datetime) -> None:
    draft = builders.draft(language="pt")
    refused(draft, now)
    assert take(builders.draft(external_id=draft.external_id), now) == "added"
    assert not SetAside.objects.exists()


def test_an_article_without_a_title_is_called_by_its_first_words(now: datetime) -> None:
    take(
        builders.draft(title="", body="<p>The port of Callao has forty cameras that nobody has ever watched.</p>"), now
    )
    assert Article.objects.get().title == "The port of Callao has forty cameras that nobody has…"


def test_an_article_that_is_all_furniture_links_to_the_original(now: datetime) -> None:
    take(builders.draft(title="A gallery", url="https://cauce.example/g/", body="<script>gallery()</script>"), now)
    assert Article.objects.get().body == '<p><a href="https://cauce.example/g/">A gallery</a></p>'


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\ud800", "\uffff"])
def test_characters_that_no_feed_can_carry_are_taken_out(now: datetime, bad: str) -> None:
    assert take(builders.draft(title=f"A{bad}B", body=f"<p>C{bad}D</p>", note=bad), now) == "added"
    article = Article.objects.get()
    assert bad not in article.title + article.body + article.original


def test_a_title_is_one_line_without_invisible_marks(now: datetime) -> None:
    take(builders.draft(title="One\r\nBcc: x@y.z\u202etwo\u2028three"), now)
    assert Article.objects.get().title == "One Bcc: x@y.z two three"


def test_two_articles_under_one_guid_both_come_in_and_the_first_keeps_it(now: datetime) -> None:
    take(builders.draft(guid="https://cauce.example/?p=1"), now)
    take(builders.draft(guid="https://cauce.example/?p=1"), now)
    first, second = Article.objects.order_by("pk").values_list("guid", flat=True).order_by("external_id")
    assert {first, second} > {"https://cauce.example/?p=1"} or first != second
    assert Article.objects.filter(guid="https://cauce.example/?p=1").count() == 1


def test_the_same_story_from_another_source_is_refused_with_a_sentence(now: datetime) -> None:
    take(builders.draft(guid="https://cauce.example/?p=1"), now)
    other = builders.source("feed", slug="feed")
    draft = builders.draft(guid="https://cauce.example/?p=1")
    assert take_in(other, draft, now, first_import=False) == "set aside"
    assert "from one source only" in other.set_aside.get().sentence


def test_the_live_site_takes_over_from_an_export_and_the_export_changes_nothing_after(now: datetime) -> None:
    export, live = builders.source("wxr", slug="wxr"), builders.source()
    old = builders.draft(external_id="7", guid="https://cauce.example/?p=7", title="Old")
    take_in(export, old, now, first_import=True)
    new = builders.draft(external_id="7", guid="https://cauce.example/?p=7", title="New")
    assert take_in(live, new, now, first_import=False) == "changed"
    assert take_in(export, old, now, first_import=True) == "unchanged"
    article = Article.objects.get()
    assert (article.title, article.source) == ("New", live)


def test_an_article_without_a_guid_gets_one_that_nothing_can_change(now: datetime) -> None:
    article = builders.article(now)
    assert article.guid == f"tag:cauce.example,2014:article/{article.pk}"


def test_the_desk_can_call_the_latest_change_a_correction(now: datetime) -> None:
    article = builders.article(now)
    take(builders.draft(external_id=article.external_id, title="Right", published=now), now)
    call_it(article.versions.get(number=2), "correction", "The river is the Yarinal.", now + timedelta(hours=1))
    after = Article.objects.get()
    assert (after.change, after.note) == ("correction", "The river is the Yarinal.")
    assert after.updated == now + timedelta(hours=1)
    assert Version.objects.owed_to_feeds().filter(number=2).exists()


def test_a_correction_without_a_sentence_is_refused(now: datetime) -> None:
    version = builders.article(now).versions.get()
    with pytest.raises(ServiceError, match="needs a sentence"):
        call_it(version, "correction", "", now)


def test_related_are_the_cms_choice_else_those_that_share_topic_and_country(now: datetime) -> None:
    shared = [builders.article(now, published=now - timedelta(days=day)) for day in range(1, 5)]
    builders.article(now, topics=("prisons",))
    one = builders.article(now)
    assert related(one) == shared[:3]
    chosen = builders.article(now, related=(shared[3].external_id,))
    assert related(chosen) == [shared[3]]


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_articles_double_nothing(now: datetime) -> None:
    builders.source()
    drafts = [builders.draft(published=now, topics=("new-topic", "other")) for _ in range(8)]
    outcomes: list[str] = []

    def work() -> None:
        outcomes.extend(take(draft, now) for draft in drafts)
        connection.close()

    workers = [Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Article.objects.count() == 8
    assert Version.objects.count() == 8
    assert sorted(outcomes) == ["added"] * 8 + ["unchanged"] * 16


def test_what_was_withdrawn_before_it_came_out_leaves_no_notice_anywhere(now: datetime) -> None:
    article = builders.article(now, published=now + timedelta(hours=1))
    withdraw(article, "Danger.", now)
    assert not Article.objects.shown(now + timedelta(hours=2)).exists()
    assert release_due(now + timedelta(hours=2)) == 0
