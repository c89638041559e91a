"""A partner's program follows what became of articles."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import lxml.html
import pytest

from service.content.actions.bylines import remove_byline
from service.content.actions.holding import hold
from service.content.actions.store import take_in, withdraw
from service.content.models import Article, Author
from service.content.rules.drafts import Draft, Person
from service.partners.actions.changes import number_changes
from service.partners.actions.create import create
from service.partners.actions.pulls import note
from service.partners.actions.selecting import select_again
from service.partners.models import Notice, Partner, Pull, Republication, Told
from service.partners.rules.selection import Selection
from tests import builders
from tests.api.conftest import Ask

pytestmark = pytest.mark.django_db


def changes(ask: Ask, now: datetime, after: str = "0") -> dict[str, object]:
    number_changes(now, seconds=5)
    answer: dict[str, object] = ask("GET", f"changes?after={after}").json()
    return answer


def test_a_partner_that_polls_once_a_week_misses_nothing(ask: Ask, now: datetime) -> None:
    for _ in range(120):
        builders.article(now)
    withdraw(Article.objects.order_by("pk")[0], "Danger.", now)
    first = changes(ask, now)
    second = changes(ask, now, str(first["next"]))
    third = changes(ask, now, str(second["next"]))
    assert [len(page["changes"]) for page in (first, second, third)] == [100, 21, 0]  # type: ignore[arg-type]
    assert (first["more"], second["more"]) == (True, False)
    assert second["changes"][-1]["kind"] == "withdrawn"  # type: ignore[index]
    assert third["next"] == second["next"]


def test_a_small_fix_is_told_as_one(ask: Ask, now: datetime) -> None:
    draft = corrected(now, change="")
    told = changes(ask, now)["changes"]
    assert [(one["kind"], one["significant"], one["version"]) for one in told] == [  # type: ignore[attr-defined]
        ("created", True, 1),
        ("updated", False, 2),
    ]
    assert draft.title


@pytest.mark.parametrize(("ahead", "status"), [(timedelta(0), "published"), (timedelta(minutes=5), "scheduled")])
@pytest.mark.parametrize("held_first", [True, False])
def test_what_falls_out_of_a_filter_while_it_is_held_is_told_without_the_hold_and_stops_no_reader(
    ask: Ask, partner: Partner, now: datetime, held_first: bool, ahead: timedelta, status: str
) -> None:
    held, other = (builders.article(now, topics=("customs",), published=now + late) for late in (ahead, timedelta(0)))
    note(partner, [held, other], "api", now)
    steps = [
        lambda: hold(held, "ana", "A source is at risk.", now),
        lambda: select_again(partner.feeds.get(), Selection(topics=("prisons",)), now),
    ]
    for step in steps if held_first else reversed(steps):
        step()
    withdraw(other, "Danger.", now)
    told = changes(ask, now)["changes"]
    about = [(one["kind"], one["status"]) for one in told if one["article"] == held.key]  # type: ignore[attr-defined]
    assert about == [("deselected", status)]
    assert told[-1]["kind"] == "withdrawn"  # type: ignore[index]


def test_a_cursor_from_another_time_is_not_taken_for_nothing_new(ask: Ask, now: datetime) -> None:
    answer = ask("GET", "changes?after=7")
    assert (answer.status_code, answer.json()["code"]) == (409, "cursor_from_elsewhere")


def test_what_was_given_early_makes_the_list_of_its_changes_a_new_one(
    ask: Ask, partner: Partner, now: datetime
) -> None:
    article = builders.article(now, published=now + timedelta(minutes=5))
    note(create("Otro", "d@otro.example", now).partner, [article], "api", now)
    Partner.objects.update(lead_minutes=30)
    number_changes(now, seconds=5)
    mark = ask("GET", "changes")["ETag"]
    assert ask("GET", "changes", if_none_match=mark).status_code == 304
    ask("GET", f"articles/{article.key}")
    told = ask("GET", "changes", if_none_match=mark).json()["changes"]
    assert [one["article"] for one in told] == [article.key]


def corrected(now: datetime, change: str = "correction", **first: object) -> Draft:
    """Version 1 and 2 of an article whose sum was wrong."""
    body = "<p>It began in 2019.</p><p>The state lost 3 million &amp; more.</p>"
    draft = builders.draft(published=now, body=body, **first)
    take_in(builders.source(), draft, now, first_import=False)
    better = replace(draft, body=body.replace("3", "5"), change=change, note="It was 5 million.")
    take_in(builders.source(), better, now, first_import=False)
    return draft


def test_a_correction_shows_which_words_changed(ask: Ask, now: datetime) -> None:
    corrected(now)
    told = ask("GET", f"articles/{Article.objects.get().key}/versions/2/diff").json()
    assert (told["old_version"], told["new_version"], told["note"]) == (1, 2, "It was 5 million.")
    kept, changed = told["paragraphs"]
    assert (kept["state"], kept["words"]) == ("kept", [])
    assert [one["text"] for one in changed["words"] if one["state"] != "kept"] == ["3", "5"]


def test_the_same_as_html_is_safe_and_says_its_language(ask: Ask, now: datetime) -> None:
    corrected(now, title="<script>alert(1)</script>")
    answer = ask("GET", f"articles/{Article.objects.get().key}/versions/2/diff.html")
    page = lxml.html.fromstring(answer.content.decode())
    assert page.get("lang") == "en"
    assert page.xpath("p[last()]/*[self::ins or self::del]/text()") == ["3", "5"]
    assert not list(page.iter("script"))
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_correction_is_told_against_what_the_partner_has(ask: Ask, partner: Partner, now: datetime) -> None:
    draft = corrected(now)
    article = Article.objects.get()
    article.version = 1
    note(partner, [article], "feed", now)
    third = replace(draft, body="<p>All is new and different here.</p>", change="update")
    take_in(builders.source(), third, now, first_import=False)
    address = f"articles/{article.key}/versions/3/diff"
    assert ask("GET", address).json()["old_version"] == 1
    assert ask("GET", f"{address}?from=2").json()["old_version"] == 2


def test_a_link_that_changed_is_not_passed_over(ask: Ask, now: datetime) -> None:
    draft = builders.draft(published=now, body='<p><a href="https://a.example/">The report</a>.</p>')
    take_in(builders.source(), draft, now, first_import=False)
    take_in(builders.source(), replace(draft, body=draft.body.replace("//a", "//b")), now, first_import=False)
    told = ask("GET", f"articles/{Article.objects.get().key}/versions/2/diff").json()
    assert ([one["state"] for one in told["paragraphs"]], told["more_changed"]) == (["kept"], True)


@pytest.mark.parametrize(
    "query", ["versions/1/diff", "versions/9/diff", "versions/2/diff?from=9", "versions/2/diff?from=3"]
)
def test_there_is_no_difference_without_two_versions(ask: Ask, now: datetime, query: str) -> None:
    corrected(now)
    answer = ask("GET", f"articles/{Article.objects.get().key}/{query}")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_version")


def test_what_stood_in_it_before_it_came_out_is_shown_to_nobody_who_had_not_got_it(ask: Ask, now: datetime) -> None:
    corrected(now)
    Article.objects.get().versions.filter(number=1).update(kind="scheduled")
    address = f"articles/{Article.objects.get().key}/versions/2/diff"
    assert ask("GET", address).status_code == 404
    note(Partner.objects.get(), [Article(pk=Article.objects.get().pk, version=1)], "api", now)
    assert ask("GET", address).status_code == 200


@pytest.mark.parametrize("kind", ["held", "byline"])
def test_nor_by_what_was_done_beside_its_text_before_it_came_out(ask: Ask, now: datetime, kind: str) -> None:
    corrected(now)
    Article.objects.get().versions.filter(number=1).update(kind=kind)
    assert ask("GET", f"articles/{Article.objects.get().key}/versions/2/diff").status_code == 404


def test_no_version_of_a_withdrawn_article_can_be_read(ask: Ask, now: datetime) -> None:
    corrected(now)
    article = Article.objects.get()
    withdraw(article, "", now)
    assert ask("GET", f"articles/{article.key}/versions/2/diff").status_code == 404


def test_no_difference_reaches_back_across_a_byline_that_was_taken_off(ask: Ask, now: datetime) -> None:
    corrected(now)
    Article.objects.get().versions.filter(number=2).update(kind="byline")
    assert ask("GET", f"articles/{Article.objects.get().key}/versions/2/diff").status_code == 404


@pytest.mark.parametrize("named_as_author", [True, False])
def test_no_difference_serves_a_name_that_was_taken_off_before(ask: Ask, now: datetime, named_as_author: bool) -> None:
    authors = (Person("lucia-ferrer", "Lucía Ferrer"),)
    draft = builders.draft(published=now, body="<p>Our Lucía Ferrer asked.</p>", authors=authors)
    take_in(builders.source(), draft, now, first_import=False)
    remove_byline(Author.objects.get(), now)
    better = replace(draft, body="<p>We asked.</p>", authors=authors if named_as_author else ())
    take_in(builders.source(), better, now, first_import=False)
    assert ask("GET", f"articles/{Article.objects.get().key}/versions/3/diff?from=2").status_code == 404


def test_a_difference_is_noted_as_the_version_that_it_holds(ask: Ask, now: datetime) -> None:
    corrected(now)
    ask("HEAD", f"articles/{Article.objects.get().key}/versions/2/diff")
    assert not Pull.objects.exists()
    for ending in ("diff", "diff.html"):
        ask("GET", f"articles/{Article.objects.get().key}/versions/2/{ending}")
    assert [(row.version, row.way, row.times) for row in Pull.objects.all()] == [(2, "api", 2)]


PAGE = "https://diario.example/aduanas/"


def test_a_partner_says_where_it_used_an_article(ask: Ask, partner: Partner, now: datetime) -> None:
    article = builders.article(now)
    answer = ask("POST", "uses", {"article": article.key, "url": PAGE})
    assert (answer.status_code, answer.json()["article"]) == (201, article.key)
    ask("POST", "uses", {"article": article.key, "url": PAGE})
    row = Republication.objects.get()
    assert (row.partner, row.heard_by, row.country, row.check_after) == (partner, "api", "PE", now)


def test_a_page_at_another_partners_site_is_theirs_whoever_reports_it(
    ask: Ask, partner: Partner, now: datetime
) -> None:
    other = create("Otro", "desk@otro.example", now, domains=("otro.example",), terms="1").partner
    article = builders.article(now)
    for url in ("https://www.otro.example/nota/", "https://blog.example/nota/"):
        assert ask("POST", "uses", {"article": article.key, "url": url}).status_code == 201
    assert [row.partner for row in Republication.objects.order_by("pk")] == [other, partner]


@pytest.mark.parametrize("url", ["https://diario.example/corrupción/", "https://diario.example?p=12"])
def test_an_address_is_taken_as_a_browser_shows_it(ask: Ask, now: datetime, url: str) -> None:
    assert ask("POST", "uses", {"article": builders.article(now).key, "url": url}).status_code == 201


def test_uses_are_listed_page_by_page(ask: Ask, now: datetime) -> None:
    article = builders.article(now)
    for number in range(5):
        ask("POST", "uses", {"article": article.key, "url": f"{PAGE}{number}"})
    found, before = [], "9" * 18
    while before:
        page = ask("GET", f"uses?limit=2&before={before}").json()
        found += [one["url"] for one in page["uses"]]
        before = page["next"]
    assert found == [f"{PAGE}{number}" for number in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize("url", ["https://cauce.example/story/", "https://localhost/x", "not a page"])
def test_what_is_no_page_of_theirs_is_refused_with_a_sentence(ask: Ask, now: datetime, url: str) -> None:
    answer = ask("POST", "uses", {"article": builders.article(now).key, "url": url})
    assert (answer.status_code, Republication.objects.count()) == (422, 0)


def told(partner: Partner, now: datetime) -> Told:
    article = builders.article(now)
    withdraw(article, "Danger.", now)
    notice = Notice.objects.create(version=article.versions.get(kind="withdrawal"), kind="withdrawal", at=now)
    return Told.objects.create(notice=notice, partner=partner, due=now)


def test_a_notice_is_acknowledged_once_and_no_reminder_follows(ask: Ask, partner: Partner, now: datetime) -> None:
    row = told(partner, now)
    (shown,) = ask("GET", "notices?open=true").json()["notices"]
    assert (shown["kind"], shown["note"], shown["acknowledged"]) == ("withdrawal", "Danger.", None)
    for _ in range(2):
        answer = ask("POST", f"notices/{shown['id']}/acknowledge").json()
        assert (answer["acknowledged"], answer["acknowledged_by"]) == ("2026-11-24T15:00:00Z", "api")
    row.refresh_from_db()
    assert row.due is None
    assert ask("GET", "notices?open=true").json()["notices"] == []
    assert len(ask("GET", "notices").json()["notices"]) == 1


def test_nobody_acknowledges_for_another(ask: Ask, now: datetime) -> None:
    row = told(create("Otro", "desk@otro.example", now, terms="1").partner, now)
    assert ask("POST", f"notices/{row.notice_id}/acknowledge").status_code == 404
    assert ask("GET", "notices").json()["notices"] == []
