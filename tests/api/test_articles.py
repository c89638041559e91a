"""A partner's program asks for articles."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from service.content.actions.bylines import remove_byline
from service.content.actions.store import call_it, take_in, withdraw
from service.content.models import Article, Author
from service.content.rules.drafts import Picture
from service.partners.actions.changes import number_changes
from service.partners.actions.selecting import select_again
from service.partners.models import Partner, Pull
from service.partners.rules.selection import Selection
from tests import builders
from tests.api.conftest import Ask

pytestmark = pytest.mark.django_db


def titles(answer: object) -> list[str]:
    return [one["title"] for one in answer.json()["articles"]]  # type: ignore[attr-defined]


def test_a_list_goes_on_page_by_page_and_leaves_none_out(ask: Ask, now: datetime) -> None:
    for number in range(7):
        builders.article(now, published=now - timedelta(hours=number // 2), title=f"Number {number}")
    found, cursor = [], ""
    while cursor is not None:
        page = ask("GET", f"articles?limit=3&cursor={cursor}").json()
        found += [one["title"] for one in page["articles"]]
        cursor = page["next"]
    assert sorted(found) == [f"Number {number}" for number in range(7)]


@pytest.mark.parametrize(
    "filter",
    [
        "language=es",
        "topic=prisons",
        "country=EC",
        "author=ana-paz",
        "kind=analysis",
        "since=2026-11-24T14:59:00Z",
        "since=2026-11-24T09:59:00-05:00",
        "since=2026-11-24T14:59:00+00:00",
    ],
)
def test_a_list_is_narrowed(ask: Ask, now: datetime, filter: str) -> None:
    builders.article(now)
    wanted = {
        "language": "es",
        "topics": ("prisons",),
        "countries": ("EC",),
        "authors": (builders.Person("ana-paz", "Ana Paz"),),
        "kind": "analysis",
        "published": now,
    }
    builders.article(now, title="Wanted", **wanted)
    assert titles(ask("GET", f"articles?{filter}")) == ["Wanted"]


def test_whose_name_is_withheld_nobody_finds_by_the_author(ask: Ask, now: datetime) -> None:
    article = builders.article(now, authors=(builders.Person("lucia-ferrer", "L"), builders.Person("ana-paz", "A")))
    remove_byline(Author.objects.get(slug="lucia-ferrer"), now)
    assert titles(ask("GET", "articles?author=lucia-ferrer")) == []
    assert titles(ask("GET", "articles?author=ana-paz")) == [article.title]


def test_only_what_a_named_feed_lets_through_is_listed(ask: Ask, partner: Partner, now: datetime) -> None:
    builders.article(now, title="Prisons", topics=("prisons",))
    builders.article(now, title="Customs", topics=("customs",))
    partner.feeds.create(name="prisons", topics=["prisons"])
    assert titles(ask("GET", "articles?feed=prisons")) == ["Prisons"]
    assert len(titles(ask("GET", "articles"))) == 2
    assert ask("GET", "articles?feed=other").json()["code"] == "no_such_feed"


def test_an_article_outside_every_feed_of_theirs_is_not_there(ask: Ask, partner: Partner, now: datetime) -> None:
    article = builders.article(now, topics=("customs",))
    partner.feeds.update(topics=["prisons"])
    assert ask("GET", f"articles/{article.key}").status_code == 404


@pytest.mark.parametrize("form", ["key", "pk"])
def test_one_article_says_whose_it_is_and_holds_the_attribution(ask: Ask, now: datetime, form: str) -> None:
    article = builders.article(now)
    told = ask("GET", f"articles/{getattr(article, form)}").json()
    assert told["byline"] == "By Lucía Ferrer, Cauce"
    assert told["content_html"].count(article.canonical_url) == 2
    assert told["attribution"]["conditions"]
    assert told["attribution"]["requests"]


@pytest.mark.parametrize(("format", "kind"), [("html", "text/html"), ("txt", "text/plain"), ("md", "text/markdown")])
def test_each_format_is_a_whole_copy(ask: Ask, now: datetime, format: str, kind: str) -> None:
    article = builders.article(now)
    answer = ask("GET", f"articles/{article.key}.{format}")
    assert answer["Content-Type"] == f"{kind}; charset=utf-8"
    assert "The second." in answer.content.decode()
    assert answer.content.decode().count(article.canonical_url) == 2


def test_what_was_given_is_noted_and_a_list_without_text_or_a_head_is_not(
    ask: Ask, partner: Partner, now: datetime
) -> None:
    article = builders.article(now)
    ask("GET", "articles")
    ask("HEAD", f"articles/{article.key}")
    assert not Pull.objects.exists()
    ask("GET", "articles?text=true")
    ask("GET", f"articles/{article.key}")
    assert [(row.partner, row.way, row.times) for row in Pull.objects.all()] == [(partner, "api", 2)]


def test_what_has_not_changed_is_answered_304_until_it_has(ask: Ask, now: datetime) -> None:
    article = builders.article(now)
    for path in ("articles", f"articles/{article.key}", f"articles/{article.key}.html", "changes"):
        mark = ask("GET", path)["ETag"]
        again = ask("GET", path, if_none_match=f'"other", W/{mark}')
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", mark)
    withdraw(article, "", now)
    assert ask("GET", f"articles/{article.key}", if_none_match=mark).status_code == 410


def test_a_correction_is_not_kept_back_until_it_is_numbered(ask: Ask, now: datetime) -> None:
    article = builders.article(now)
    number_changes(now, seconds=5)
    mark = ask("GET", f"articles/{article.key}")["ETag"]
    call_it(article.versions.get(), "correction", "The sum was wrong.", now)
    assert ask("GET", f"articles/{article.key}", if_none_match=mark).json()["status"] == "corrected"


def test_a_304_reads_no_article(ask: Ask, now: datetime, django_assert_max_num_queries: object) -> None:
    builders.article(now)
    mark = ask("GET", "articles?text=true")["ETag"]
    with django_assert_max_num_queries(14) as seen:  # type: ignore[operator]
        ask("GET", "articles?text=true", if_none_match=mark)
    assert not any("content_article" in query["sql"] for query in seen.captured_queries)


def test_a_changed_filter_or_donation_call_is_a_changed_answer(ask: Ask, partner: Partner, now: datetime) -> None:
    builders.article(now)
    mark = ask("GET", "articles")["ETag"]
    for change in ({"donation_call": False}, {"images": True}, {"lead_minutes": 5}):
        Partner.objects.update(**change)
        assert ask("GET", "articles", if_none_match=mark).status_code == 200
    Partner.objects.update(donation_call=True, images=False, lead_minutes=0)
    partner.feeds.update(topics=["prisons"])
    assert ask("GET", "articles", if_none_match=mark).status_code == 200


def test_a_withdrawn_article_is_answered_410_with_the_notice_for_readers(ask: Ask, now: datetime) -> None:
    article = builders.article(now)
    withdraw(article, "A source is in danger.", now)
    for path in (f"articles/{article.key}", f"articles/{article.key}.html"):
        answer = ask("GET", path)
        assert (answer.status_code, answer["Content-Type"]) == (410, "application/problem+json")
        assert answer.json()["notice"] == "Cauce has withdrawn this article. A source is in danger."
        assert article.title not in answer.content.decode()


def test_a_correction_stands_above_the_text_in_every_format(ask: Ask, now: datetime) -> None:
    article = builders.article(now)
    call_it(article.versions.get(), "correction", "The amount was wrong.", now)
    assert ask("GET", f"articles/{article.key}").json()["status"] == "corrected"
    for format in ("html", "txt", "md"):
        copy = ask("GET", f"articles/{article.key}.{format}").content.decode()
        assert copy.index("Correction: The amount was wrong.") < copy.index("By Lucía Ferrer")


def test_what_a_narrower_filter_withdrew_is_not_there_any_more(ask: Ask, partner: Partner, now: datetime) -> None:
    article = builders.article(now, topics=("customs",))
    ask("GET", f"articles/{article.key}")
    select_again(partner.feeds.get(), Selection(topics=("prisons",)), now)
    assert ask("GET", f"articles/{article.key}").status_code == 404
    withdraw(article, "Danger.", now)
    assert ask("GET", f"articles/{article.key}").status_code == 410


def early(now: datetime, **changes: object) -> Article:
    return builders.article(now, published=now + timedelta(minutes=30), **changes)


def test_what_is_to_come_is_for_those_alone_who_may_have_it_early(ask: Ask, now: datetime) -> None:
    article = early(now)
    assert titles(ask("GET", "articles")) == []
    assert ask("GET", f"articles/{article.key}").status_code == 404
    Partner.objects.update(lead_minutes=30)
    told = ask("GET", f"articles/{article.key}").json()
    assert (told["status"], told["embargoed_until"]) == ("embargoed", "2026-11-24T15:30:00Z")
    assert [ask("GET", f"articles/{article.key}.{one}").status_code for one in ("html", "txt", "md")] == [404] * 3
    assert list(told["formats"]) == ["ninjs.json"]
    ninjs = ask("GET", f"articles/{article.key}.ninjs.json").json()
    assert (ninjs["pubStatus"], ninjs["embargoedUntil"]) == ("usable", "2026-11-24T15:30:00+00:00")


def test_an_embargo_that_ends_after_the_lead_holds_it_back(ask: Ask, now: datetime) -> None:
    article = early(now, embargo=now + timedelta(minutes=31))
    Partner.objects.update(lead_minutes=30)
    assert ask("GET", f"articles/{article.key}").status_code == 404
    Partner.objects.update(lead_minutes=31)
    assert ask("GET", f"articles/{article.key}").json()["embargoed_until"] == "2026-11-24T15:31:00Z"


def test_an_article_that_the_lead_lets_in_makes_the_list_a_new_one(
    ask: Ask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    early(now)
    Partner.objects.update(lead_minutes=20)
    mark = ask("GET", "articles")["ETag"]
    monkeypatch.setattr("service.toolbox.clock.now", lambda: now + timedelta(minutes=10))
    assert len(titles(ask("GET", "articles", if_none_match=mark))) == 1


def test_a_name_that_goes_from_it_early_makes_the_answer_a_new_one(ask: Ask, now: datetime) -> None:
    article = early(now)
    Partner.objects.update(lead_minutes=30)
    mark = ask("GET", f"articles/{article.key}")["ETag"]
    remove_byline(Author.objects.get(), now)
    again = ask("GET", f"articles/{article.key}", if_none_match=mark)
    assert (again.status_code, "Lucía" in again.content.decode()) == (200, False)


@pytest.mark.parametrize("images", [True, False])
@pytest.mark.parametrize("allowed", [True, False])
def test_a_picture_comes_only_where_partner_and_rights_both_allow_it(
    ask: Ask, now: datetime, images: bool, allowed: bool
) -> None:
    url = "https://cauce.example/p.jpg"
    picture = Picture(url, "A port", "Ana Paz", may_republish=allowed)
    article = builders.article(now, picture=picture, body=f'<p>Text.</p><p><img src="{url}" alt="A port"></p>')
    Partner.objects.update(images=images)
    told = ask("GET", f"articles/{article.key}").json()
    both = images and allowed
    assert (told["image"] is not None, url in told["content_html"]) == (both, both)
    assert (url in ask("GET", f"articles/{article.key}.md").content.decode()) == both


def test_a_partner_that_may_not_call_for_donations_gets_no_call(ask: Ask, now: datetime) -> None:
    article = builders.article(now)
    call = ask("GET", f"articles/{article.key}").json()["attribution"]["donate_url"]
    Partner.objects.update(donation_call=False)
    for format in ("", ".html", ".txt", ".md"):
        assert call not in ask("GET", f"articles/{article.key}{format}").content.decode()


def test_translations_are_named(ask: Ask, now: datetime) -> None:
    english = builders.article(now, translation="one")
    spanish = builders.article(now, translation="one", language="es")
    (twin,) = ask("GET", f"articles/{english.key}").json()["translations"]
    assert (twin["id"], twin["language"]) == (spanish.key, "es")


def test_what_they_were_given_stays_open_to_them_after_its_topics_change(
    ask: Ask, partner: Partner, now: datetime
) -> None:
    draft = builders.draft(topics=("customs",), published=now)
    take_in(builders.source(), draft, now, first_import=False)
    partner.feeds.update(topics=["customs"])
    article = Article.objects.get()
    ask("GET", f"articles/{article.key}")
    article.topics.clear()
    assert ask("GET", f"articles/{article.key}").status_code == 200
    assert titles(ask("GET", "articles")) == []
