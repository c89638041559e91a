"""Readers' pages: what they show, what they do, and what they never do."""

from __future__ import annotations

import html
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from service.audience.models import Consent, Subscriber
from service.content.actions.store import withdraw
from service.delivery.actions.send import send_due
from service.delivery.models import Message
from service.feeds.actions.publish import publish_feeds
from service.toolbox import clock, tokens
from tests import builders

pytestmark = pytest.mark.django_db
FORM = {"address": "ana@readers.example", "language": "es", "wants": "both"}


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=True)


def mailed(tmp_path: Path) -> list[Any]:
    send_due(clock.now())
    return builders.letters(tmp_path / "outbox")


def link(letter: Any, purpose: str) -> str:
    found = re.search(rf"https://letters\.cauce\.example(/{purpose}/\S+)", builders.part(letter, "plain"))
    assert found
    return found[1]


def test_the_landing_page_says_what_is_sent_and_sets_no_cookie(browser: Client) -> None:
    page = browser.get("/")
    assert page.status_code == 200
    assert b"Cauce" in page.content
    assert not page.cookies
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("header", "language"), [("es-CO,es;q=0.9", "es"), ("en-GB", "en"), ("pt-BR", "en"), ("", "en")]
)
def test_a_page_speaks_the_browsers_language(browser: Client, header: str, language: str) -> None:
    page = browser.get("/", headers={"accept-language": header})
    assert f'<html lang="{language}"' in page.content.decode()


def test_the_links_language_wins(browser: Client) -> None:
    assert '<html lang="es"' in browser.get("/?language=es", headers={"accept-language": "en"}).content.decode()


def test_a_reader_subscribes_confirms_and_is_reached(browser: Client, tmp_path: Path) -> None:
    assert browser.post("/subscribe", FORM).status_code == 200
    (letter,) = mailed(tmp_path)
    assert letter["To"] == "ana@readers.example"
    address = link(letter, "confirm")
    assert browser.get(address).status_code == 200
    assert Subscriber.objects.get().status == "pending"
    assert browser.post(address).status_code == 200
    assert Subscriber.objects.get().status == "active"


def test_a_wrong_field_gets_its_sentence_and_keeps_what_was_typed(browser: Client) -> None:
    page = browser.post("/subscribe", {**FORM, "address": "ana@nowhere", "language": "en"})
    assert page.status_code == 422
    text = page.content.decode()
    assert "not a complete mail address" in text
    assert 'value="ana@nowhere"' in text
    assert not Subscriber.objects.exists()


def test_known_and_unknown_addresses_get_the_same_answer(browser: Client, now: datetime) -> None:
    builders.reader(now, "known", language="es")
    for path, form in (("/subscribe", FORM), ("/preferences/", {"address": ""})):
        answers = [browser.post(path, {**form, "address": f"{name}@readers.example"}) for name in ("known", "unknown")]
        assert answers[0].content == answers[1].content
        assert answers[0].status_code == answers[1].status_code == 200
        assert answers[0].headers == answers[1].headers


def test_get_and_head_change_nothing_on_any_token_address(browser: Client, now: datetime) -> None:
    reader = builders.reader(now)
    for purpose in ("confirm", "preferences", "unsubscribe"):
        address = f"/{purpose}/{tokens.sign(purpose, reader.key)}"
        for ask in (browser.get, browser.head, browser.options):
            ask(address + "?utm_source=scanner")
    reader.refresh_from_db()
    assert reader.status == "active"
    assert not Consent.objects.exists()
    assert not Message.objects.exists()


def test_one_click_unsubscribes_without_cookie_or_token_of_a_form(browser: Client, now: datetime) -> None:
    reader = builders.reader(now)
    address = f"/unsubscribe/{tokens.sign('unsubscribe', reader.key)}"
    answer = browser.post(address, {"List-Unsubscribe": "One-Click"})
    reader.refresh_from_db()
    assert (answer.status_code, reader.status) == (200, "unsubscribed")
    assert browser.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "No"}, {"something": "else"}])
def test_a_post_that_does_not_ask_to_leave_is_refused(browser: Client, now: datetime, body: dict[str, str]) -> None:
    reader = builders.reader(now)
    assert browser.post(f"/unsubscribe/{tokens.sign('unsubscribe', reader.key)}", body).status_code == 400
    reader.refresh_from_db()
    assert reader.status == "active"


def test_one_click_answers_the_same_for_a_reader_who_erased_everything(browser: Client, now: datetime) -> None:
    reader = builders.reader(now)
    token = tokens.sign("unsubscribe", reader.key)
    reader.delete()
    assert browser.post(f"/unsubscribe/{token}", {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_choices_can_be_changed_with_a_link_by_mail(browser: Client, now: datetime, tmp_path: Path) -> None:
    reader = builders.reader(now, wants="both")
    browser.post("/preferences/", {"address": "ana@readers.example"})
    (letter,) = mailed(tmp_path)
    address = link(letter, "preferences")
    assert b"checked" in browser.get(address).content
    assert browser.post(address, {"language": "es", "wants": "weekly"}).status_code == 200
    reader.refresh_from_db()
    assert (reader.language, reader.wants) == ("es", "weekly")


def test_a_link_made_for_one_door_opens_no_other(browser: Client, now: datetime) -> None:
    reader = builders.reader(now)
    token = tokens.sign("unsubscribe", reader.key)
    for purpose in ("preferences", "confirm"):
        assert browser.get(f"/{purpose}/{token}").status_code == 404
        assert browser.post(f"/{purpose}/{token}").status_code == 404


def test_a_broken_link_is_a_sentence_in_the_readers_language(browser: Client) -> None:
    page = browser.get("/preferences/nonsense", headers={"accept-language": "es"})
    assert page.status_code == 404
    assert "Este enlace" in page.content.decode()


def test_a_forged_host_never_reaches_a_link(now: datetime, tmp_path: Path) -> None:
    answer = Client().post("/subscribe", FORM, headers={"host": "evil.example"})
    assert answer.status_code == 400
    page = Client().post("/subscribe", FORM, headers={"host": "127.0.0.1"})
    assert page.status_code == 200
    assert "https://letters.cauce.example/confirm/" in builders.part(mailed(tmp_path)[0], "plain")


def test_the_directory_lists_every_feed_with_a_preview(browser: Client, now: datetime) -> None:
    builders.article(now, title="Gold on the river")
    publish_feeds(now)
    text = browser.get("/feeds/").content.decode()
    assert "https://letters.cauce.example/feeds/en/topics/customs.atom" in text
    assert "/feeds/en/topics/customs/" in text
    assert "Gold on the river" in browser.get("/feeds/en/topics/customs/").content.decode()
    assert browser.get("/feeds/en/topics/nothing/").status_code == 404


def test_the_directory_begins_with_the_readers_own_language(browser: Client, now: datetime) -> None:
    for language in ("en", "es"):
        builders.article(now, language=language)
    publish_feeds(now, seconds=60)
    text = browser.get("/feeds/?language=es").content.decode()
    assert text.index("/feeds/es/latest.rss") < text.index("/feeds/en/latest.rss")


def test_a_feeds_page_shows_what_a_reader_will_see(browser: Client, now: datetime) -> None:
    gone = builders.article(now, title="Gone")
    withdraw(gone, "It was wrong.", now)
    publish_feeds(now, seconds=60)
    text = browser.get("/feeds/en/latest/").content.decode()
    assert "RETRACTED: Gone" in text
    assert "It was wrong." in text
    for ending in ("rss", "atom", "json", "ndjson"):
        assert f"https://letters.cauce.example/feeds/en/latest.{ending}" in text


def test_a_feeds_page_says_what_binds_and_what_is_asked_each_on_its_own(browser: Client, now: datetime) -> None:
    builders.article(now)
    publish_feeds(now, seconds=60)
    binds, asked = re.findall(
        r"<dd>(.*?)</dd>", browser.get("/feeds/en/latest/").content.decode().split("elsewhere")[1]
    )
    assert binds.startswith("You may copy and share our work")
    assert asked.startswith("Please link to the original")


def test_a_mistyped_feed_is_not_found_and_not_redirected(browser: Client) -> None:
    assert browser.get("/feeds/en/lates.rss").status_code == 404


def test_opml_lists_the_feeds_of_each_language(browser: Client, now: datetime) -> None:
    builders.article(now)
    publish_feeds(now)
    answer = browser.get("/feeds.opml")
    assert answer.headers["Content-Type"].startswith("text/x-opml")
    assert b'xmlUrl="https://letters.cauce.example/feeds/en/latest.rss"' in answer.content


@pytest.mark.parametrize(
    ("format", "kind"),
    [("html", "text/html"), ("txt", "text/plain"), ("md", "text/markdown"), ("json", "application/json")],
)
def test_a_copy_can_be_had_in_each_format(browser: Client, now: datetime, format: str, kind: str) -> None:
    article = builders.article(now, body="<p>The text itself.</p>")
    answer = browser.get(f"/articles/{article.pk}/republish.{format}")
    assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
    text = answer.content.decode()
    assert "The text itself." in text
    assert text.index(article.canonical_url) < text.index("The text itself.") < text.rindex(article.canonical_url)


def test_a_withdrawn_article_can_no_longer_be_copied(browser: Client, now: datetime) -> None:
    article = builders.article(now)
    assert browser.get(f"/articles/{article.pk}/republish").status_code == 200
    withdraw(article, "", now)
    assert browser.get(f"/articles/{article.pk}/republish").status_code == 404
    assert browser.get(f"/articles/{article.pk}/republish.html").status_code == 404


def test_the_form_may_be_framed_by_the_newsrooms_own_site_alone(browser: Client) -> None:
    page = browser.get("/embed")
    assert "X-Frame-Options" not in page.headers
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors https://cauce.example")
    assert browser.get("/").headers["X-Frame-Options"] == "DENY"


def test_the_machines_doors_answer(browser: Client) -> None:
    assert browser.get("/livez").content == b"ok\n"
    assert browser.get("/readyz").content == b"ok\n"


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_words_shown_beside_the_button_are_kept_with_the_consent(browser: Client, language: str) -> None:
    page = html.unescape(browser.get("/", {"language": language}).content.decode())
    browser.post(f"/subscribe?language={language}", FORM)
    words = Consent.objects.get().words
    assert ("confirm" in words, "cookie" in words) == (True, True)
    assert all(sentence.strip(" .") in page for sentence in words.split(". "))


def test_a_choice_from_another_language_stays_when_the_page_is_saved_again(browser: Client, now: datetime) -> None:
    builders.article(now, language="en", topics=("customs",), countries=("PE",))
    reader = builders.reader(now, language="es", interests="topic:customs country:pe")
    page = browser.get(f"/preferences/{tokens.sign('preferences', reader.key)}").content.decode()
    for field, slug in (("topics", "customs"), ("countries", "pe")):
        assert f'name="{field}" value="{slug}" checked' in page
    assert 'name="topics"' not in browser.get("/", {"language": "es"}).content.decode()


def test_the_choices_lead_to_the_way_out(browser: Client, now: datetime) -> None:
    reader = builders.reader(now)
    page = browser.get(f"/preferences/{tokens.sign('preferences', reader.key)}").content.decode()
    (way_out,) = re.findall(r'href="(/unsubscribe/[^"]+)"', page)
    browser.post(way_out, {"List-Unsubscribe": "One-Click"})
    reader.refresh_from_db()
    assert reader.status == "unsubscribed"


def test_who_asked_three_times_today_can_read_why_nothing_came(browser: Client) -> None:
    for path in ("/preferences/", "/erase/", "/subscribe"):
        assert b"No more than 3 of these letters a day" in browser.post(path, {**FORM, "language": "en"}).content


def test_the_links_of_a_quiet_letter_open_on_the_domain_that_names_nobody(browser: Client, now: datetime) -> None:
    reader, article = builders.reader(now, quiet=True), builders.article(now)
    way_out = f"/unsubscribe/{tokens.sign('unsubscribe', reader.key)}"
    opened = {path: browser.get(path, headers={"host": "lectura.example"}) for path in (way_out, f"/s/{article.pk}")}
    assert [answer.status_code for answer in opened.values()] == [200, 302]
    assert browser.get(way_out, headers={"host": "elsewhere.example"}).status_code == 400
