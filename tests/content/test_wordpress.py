"""A WordPress is followed by its REST API, whatever it does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.content.actions.missing import COMPARE_EVERY, decide_held
from service.content.actions.pull import Report, pull, pull_one
from service.content.models import Article, Disappearance, Source, Version
from service.content.sources import wordpress as reader

from .wordpress_site import WordPressSite

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits between tries are real; here they are short."""
    monkeypatch.setattr(reader, "LONGEST_WAIT_SECONDS", 0.01)


def state(site: WordPressSite, number: int) -> str:
    return Article.objects.get(external_id=str(number)).status


def again(source: Source, now: datetime, **later: int) -> Report:
    source.refresh_from_db()
    return pull(source, now + timedelta(**later))


def test_every_post_is_pulled_and_pulled_again_nothing_changes(
    site: WordPressSite, source: Source, now: datetime
) -> None:
    for _ in range(250):
        site.publish()
    assert pull(source, now).counts == {"added": 250}
    assert "added" not in again(source, now, minutes=1).counts
    assert "changed" not in again(source, now, days=2).counts
    assert Version.objects.count() == 250


def test_an_article_holds_what_the_post_said(site: WordPressSite, source: Source, now: datetime) -> None:
    media = {"source_url": f"{site.url}p.jpg", "alt_text": "A scale", "caption": {"rendered": "<p>Ana</p>"}}
    site.publish(
        title="Gold &#038; scales",
        standfirst="In short.",
        categories=["Briefs", "Peru"],
        tags=["Illegal mining"],
        media={**media, "media_details": {"width": 800, "height": 600}},
    )
    pull(source, now)
    article = Article.objects.get()
    assert (article.title, article.standfirst, article.kind) == ("Gold & scales", "In short.", "brief")
    assert article.guid == f"{site.url}?p=1&x=1"
    assert [country.code for country in article.countries.all()] == ["PE"]
    assert [topic.slug for topic in article.topics.all()] == ["illegal-mining"]
    assert article.author_names == ["Lucía Ferrer"]
    assert (article.image_alt, article.image_width, article.image_may_republish) == ("A scale", 800, False)
    assert sorted(str(term) for term in article.terms.all()) == [
        *("category/briefs", "category/peru", "tag/illegal-mining")
    ]


def test_a_changed_post_is_one_new_version_and_moves_no_date(
    site: WordPressSite, source: Source, now: datetime
) -> None:
    number = site.publish(title="Befor")
    pull(source, now)
    before = Article.objects.get()
    site.edit(number, title="Before")
    assert again(source, now, minutes=1).counts == {"changed": 1}
    after = Article.objects.get()
    assert (after.title, after.version, after.change) == ("Before", 2, "published")
    assert (after.published, after.updated, after.guid) == (before.published, before.updated, before.guid)


def test_what_the_editor_calls_a_correction_moves_updated_and_is_not_forgotten(
    site: WordPressSite, source: Source, now: datetime
) -> None:
    number = site.publish()
    pull(source, now)
    site.edit(number, title="Right", meta={"byline_change": "correction", "byline_note": "It was wrong."})
    again(source, now, minutes=1)
    site.edit(number, title="Right!")
    again(source, now, minutes=2)
    article = Article.objects.get()
    assert (article.change, article.note) == ("correction", "It was wrong.")
    assert article.updated == now + timedelta(minutes=1)
    assert [version.kind for version in article.versions.all()] == ["published", "correction", "fix"]


def test_a_site_without_the_plugin_is_followed_too(site: WordPressSite, source: Source, now: datetime) -> None:
    site.plugin = False
    site.publish(content="<p>First words.</p><h2>Cauce Analysis</h2>", excerpt="<p>First words. Cauce [&hellip;]</p>")
    site.publish(excerpt="<p>By hand.</p>")
    pull(source, now)
    found = Article.objects.order_by("external_id").values_list("standfirst", flat=True)
    assert list(found) == ["First words.", "By hand."]


@pytest.mark.parametrize("cap", [10, 20, 99])
def test_a_site_that_caps_its_pages_is_read_to_the_end(
    site: WordPressSite, source: Source, now: datetime, cap: int
) -> None:
    site.most_per_page = cap
    for _ in range(35):
        site.publish()
    assert pull(source, now).counts == {"added": 35}


def test_many_posts_of_one_second_are_read_in_slices_without_losing_one(
    site: WordPressSite, source: Source, now: datetime
) -> None:
    second = datetime(2026, 11, 2, tzinfo=UTC)
    for _ in range(250):
        site.publish(modified=second)
    for _ in range(6):
        if pull(source, now, seconds=0).finished:
            break
        source.refresh_from_db()
    assert Article.objects.count() == 250
    assert "added" not in again(source, now, minutes=1).counts


@pytest.mark.parametrize(("status", "header"), [(429, {"Retry-After": "1"}), (500, {}), (503, {})])
def test_a_site_that_is_busy_is_asked_again(
    site: WordPressSite, source: Source, now: datetime, status: int, header: dict[str, str]
) -> None:
    site.publish()
    answers: Iterator[Any] = iter([(status, header, b"busy"), None, None, None])
    site.trouble = lambda: next(answers, None)
    assert pull(source, now).counts == {"added": 1}


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((503, {}, b"down"), "answers 503"),
        ((200, {"Content-Type": "text/html"}, b"<h1>Maintenance</h1>"), "instead of JSON"),
        ((200, {"Content-Type": "application/json"}, b'[{"id": 1, "ti'), "broke off"),
        ((200, {"Content-Type": "application/json", "X-WP-Total": "9"}, b"[]"), "lists none"),
        ((200, {"Content-Type": "application/json"}, b'{"code": "x"}'), "list of posts"),
        ((403, {"Content-Type": "application/json"}, b"{}"), "answered 403"),
    ],
)
def test_a_site_in_trouble_changes_nothing_and_the_desk_reads_why(
    site: WordPressSite, source: Source, now: datetime, answer: Any, sentence: str
) -> None:
    site.publish()
    pull(source, now)
    site.trouble = lambda: answer
    report = again(source, now, days=2)
    source.refresh_from_db()
    assert sentence in report.trouble
    assert source.trouble == report.trouble
    assert Article.objects.get().status == "published"
    assert not Disappearance.objects.exists()
    site.trouble = None
    assert again(source, now, days=2, minutes=1).trouble == ""


def test_a_site_that_suddenly_has_no_posts_withdraws_nothing(
    site: WordPressSite, source: Source, now: datetime
) -> None:
    site.publish()
    pull(source, now)
    site.posts.clear()
    report = again(source, now, days=2)
    assert "lists no articles at all" in report.trouble
    assert Article.objects.get().status == "published"


def test_a_post_that_is_gone_is_withdrawn_at_the_second_look_ten_minutes_later(
    site: WordPressSite, source: Source, now: datetime
) -> None:
    site.publish()
    number = site.publish()
    pull(source, now)
    site.trash(number)
    again(source, now, hours=25)
    assert state(site, number) == "published"
    again(source, now, hours=25, minutes=9)
    assert state(site, number) == "published"
    again(source, now, hours=25, minutes=11)
    assert state(site, number) == "withdrawn"


def test_a_post_that_comes_back_between_the_looks_stays(site: WordPressSite, source: Source, now: datetime) -> None:
    site.publish()
    number = site.publish()
    pull(source, now)
    site.unpublish(number)
    again(source, now, hours=25)
    site.edit(number, status="publish")
    again(source, now, hours=25, minutes=20)
    assert state(site, number) == "published"
    assert not Disappearance.objects.exists()


def test_a_withdrawn_post_that_is_published_again_is_restored(
    site: WordPressSite, source: Source, now: datetime
) -> None:
    number = site.publish()
    pull(source, now)
    site.trash(number)
    assert pull_one(source, str(number), now, announced=True) == "withdrawn"
    site.edit(number, status="publish")
    again(source, now, minutes=5)
    article = Article.objects.get()
    assert (article.status, article.change) == ("published", "restored")


def test_many_that_go_at_once_wait_for_a_person(site: WordPressSite, source: Source, now: datetime) -> None:
    numbers = [site.publish() for _ in range(40)]
    pull(source, now)
    for number in numbers[:7]:
        site.trash(number)
    again(source, now, hours=25)
    again(source, now, hours=25, minutes=11)
    held = Disappearance.objects.filter(held=True)
    assert held.exists()
    assert Article.objects.filter(status="withdrawn").count() <= 5
    for doubt in held:
        decide_held([doubt.pk], now, withdraw=False)
    assert not Disappearance.objects.filter(held=True).exists()


def test_a_post_behind_a_password_never_comes_in_and_one_that_goes_there_is_withdrawn(
    site: WordPressSite, source: Source, now: datetime
) -> None:
    site.publish(password="x")
    number = site.publish()
    assert pull(source, now).counts == {"added": 1}
    site.edit(number, password="y")
    assert again(source, now, minutes=1).counts == {"withdrawn": 1}


def test_a_post_that_a_moving_page_hid_is_found_by_the_daily_comparison(
    site: WordPressSite, source: Source, now: datetime
) -> None:
    site.publish()
    pull(source, now)
    hidden = site.publish(modified=datetime(2026, 10, 1, tzinfo=UTC))
    again(source, now, minutes=1)
    assert Article.objects.count() == 1
    again(source, now, seconds=int(COMPARE_EVERY.total_seconds()) + 60)
    assert state(site, hidden) == "published"


@pytest.mark.parametrize(
    ("fields", "language"),
    [({"extra": {"lang": "es"}}, "es"), ({"path": "es/"}, "es"), ({"extra": {"lang": "pt"}}, "en"), ({}, "en")],
)
def test_the_language_is_the_sites_own_word_or_the_path(
    site: WordPressSite, source: Source, now: datetime, fields: dict[str, Any], language: str
) -> None:
    site.publish(**fields)
    pull(source, now)
    assert Article.objects.get().language == language


def test_translations_belong_together(site: WordPressSite, source: Source, now: datetime) -> None:
    site.publish(extra={"lang": "en", "translations": {"en": 1, "es": 2}})
    site.publish(extra={"lang": "es", "translations": {"en": 1, "es": 2}})
    pull(source, now)
    assert set(Article.objects.values_list("translation", flat=True)) == {"wordpress:1"}


def test_a_post_that_makes_no_sense_is_set_aside_and_the_rest_goes_in(
    site: WordPressSite, source: Source, now: datetime
) -> None:
    bad = site.publish(extra={"link": None, "date_gmt": "yesterday"})
    site.publish()
    report = pull(source, now)
    assert report.counts == {"added": 1, "set aside": 1}
    site.edit(bad, extra={})
    assert again(source, now, minutes=1).counts["added"] == 1
    assert not source.set_aside.exists()


def test_one_run_of_a_source_at_a_time(site: WordPressSite, source: Source, now: datetime) -> None:
    site.publish()
    Source.objects.filter(pk=source.pk).update(leased_until=now + timedelta(seconds=50))
    assert "still under way" in pull(source, now).trouble
    assert again(source, now, minutes=1).counts == {"added": 1}
