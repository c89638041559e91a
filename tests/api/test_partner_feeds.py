"""What a partner's feed holds, and how each key is answered."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import feedparser
import pytest
from django.test import Client
from lxml import etree

from service.content.actions.store import call_it, take_in, withdraw
from service.content.models import Article
from service.partners.actions.create import create
from service.partners.actions.keys import find, issue, revoke
from service.partners.actions.selecting import select_again
from service.partners.models import Partner, Pull
from service.partners.rules.selection import Selection
from service.toolbox import clock
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def diario(now: datetime) -> tuple[Partner, str]:
    begun = create("Diario del Sur", "desk@diario.example", now, terms="2026-11", domains=("diario.example",))
    return begun.partner, begun.key


def at(key: str, format: str = "rss", name: str = "everything") -> str:
    return f"/partners/feeds/{key}/{name}.{format}"


@pytest.mark.parametrize("format", ["rss", "atom"])
def test_it_holds_the_full_text_between_two_links_to_the_original(
    client: Client, now: datetime, diario: tuple[Partner, str], format: str
) -> None:
    article = builders.article(now, body="<p>The whole of it.</p>")
    (entry,) = feedparser.parse(client.get(at(diario[1], format)).content).entries
    top, bottom = entry.content[0].value.split("The whole of it.")
    assert (article.canonical_url in top, article.canonical_url in bottom) == (True, True)
    assert (entry.id, entry.author) == (article.guid, "Lucía Ferrer, Cauce")


def test_json_and_ninjs_hold_the_same_article(client: Client, now: datetime, diario: tuple[Partner, str]) -> None:
    article = builders.article(now)
    (item,) = client.get(at(diario[1], "json")).json()["items"]
    line = json.loads(client.get(at(diario[1], "ndjson")).content)
    assert (item["id"], line["uri"]) == (article.guid, article.guid)


def test_a_key_may_come_as_address_as_bearer_and_as_basic(
    client: Client, now: datetime, diario: tuple[Partner, str]
) -> None:
    builders.article(now)
    plain, key = "/partners/feeds/everything.rss", diario[1]
    basic = base64.b64encode(f"{key}:".encode()).decode()
    bodies = {client.get(at(key)).content}
    bodies |= {client.get(plain, headers={"Authorization": f"Bearer {key}"}).content}
    bodies |= {client.get(plain, headers={"Authorization": f"Basic {basic}"}).content}
    assert len(bodies) == 1
    answer = client.get(plain)
    assert (answer.status_code, "WWW-Authenticate" in answer) == (401, True)


def test_each_key_is_answered_as_it_stands(client: Client, now: datetime, diario: tuple[Partner, str]) -> None:
    partner, key = diario
    unknown = key[:-1] + ("a" if key[-1] != "a" else "b")
    expired = issue(partner, now - timedelta(days=2), expires=now)
    other = issue(partner, now, scopes=["api"])
    assert [client.get(at(one)).status_code for one in (unknown, expired, other)] == [404, 403, 403]
    found = find(key)
    assert found
    revoke(found, now)
    answer = client.get(at(key))
    assert (answer.status_code, answer["Content-Type"]) == (410, "application/problem+json")
    assert answer.json()["code"] == "key_revoked"


def test_no_key_stands_in_what_is_given(client: Client, now: datetime, diario: tuple[Partner, str]) -> None:
    builders.article(now)
    for format in ("rss", "atom", "json", "ndjson"):
        answer = client.get(at(diario[1], format))
        assert diario[1] not in answer.content.decode() + str(answer.headers)


def test_nothing_keeps_it_and_nothing_lists_it(client: Client, diario: tuple[Partner, str]) -> None:
    answer = client.get(at(diario[1]))
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert not answer.cookies


def test_who_has_it_already_is_told_so_until_an_article_comes(
    client: Client, now: datetime, diario: tuple[Partner, str]
) -> None:
    builders.article(now)
    had = {"If-None-Match": client.get(at(diario[1]))["ETag"]}
    assert client.get(at(diario[1]), headers=had).status_code == 304
    builders.article(now)
    assert client.get(at(diario[1]), headers=had).status_code == 200


def test_only_what_the_filter_lets_through_comes(client: Client, now: datetime, diario: tuple[Partner, str]) -> None:
    partner, key = diario
    partner.feeds.create(name="customs", topics=["customs"], not_countries=["ec"])
    wanted = builders.article(now, topics=("customs",))
    builders.article(now, topics=("prisons",))
    builders.article(now, topics=("customs",), countries=("EC",))
    found = feedparser.parse(client.get(at(key, name="customs")).content)
    assert [entry.id for entry in found.entries] == [wanted.guid]


def test_pictures_and_the_donation_call_come_as_agreed(
    client: Client, now: datetime, diario: tuple[Partner, str]
) -> None:
    partner, key = diario
    article = builders.article(now, body='<p>Text.</p><p><img src="https://cauce.example/p.jpg" alt="A port"></p>')
    type(article).objects.update(image_url="https://cauce.example/p.jpg", image_may_republish=True)
    assert "https://cauce.example/donate/" in client.get(at(key)).content.decode()
    assert "p.jpg" not in client.get(at(key)).content.decode()
    Partner.objects.filter(pk=partner.pk).update(images=True, donation_call=False)
    for format in ("rss", "atom", "json", "ndjson"):
        shown = client.get(at(key, format)).content.decode()
        assert ("p.jpg" in shown, "/donate/" in shown) == (True, False), format


def test_a_withdrawn_article_is_a_notice_and_a_tombstone(
    client: Client, now: datetime, diario: tuple[Partner, str]
) -> None:
    article = builders.article(now, body="<p>Its text.</p>")
    withdraw(article, "", now)
    body = client.get(at(diario[1], "atom")).content
    assert b"RETRACTED" in body
    assert b"Its text" not in body
    assert graves(body) == [article.guid]


def test_a_withdrawal_stays_however_many_corrections_follow(
    client: Client, now: datetime, diario: tuple[Partner, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.feeds.actions.for_partner.MOST_ITEMS", 3)
    old = [builders.article(now, published=now - timedelta(days=99)) for _ in range(12)]
    for _ in range(3):
        builders.article(now)
    withdraw(old[0], "", now)
    for article in old[1:]:
        call_it(article.versions.get(), "correction", "It was Callao.", now + timedelta(minutes=1))
    found = feedparser.parse(client.get(at(diario[1])).content).entries
    assert (len(found), old[0].guid in {entry.id for entry in found}) == (14, True)


def test_a_withdrawal_is_told_wherever_the_article_stands_now_but_to_none_who_was_not_given_it(
    client: Client, now: datetime, diario: tuple[Partner, str]
) -> None:
    partner, key = diario
    partner.feeds.create(name="customs", topics=["customs"])
    draft = builders.draft(topics=("customs",), published=now)
    take_in(builders.source(), draft, now, first_import=False)
    article = Article.objects.get()
    assert [one.id for one in customs(client, key)] == [article.guid]
    take_in(builders.source(), replace(draft, topics=("prisons",)), now, first_import=False)
    assert customs(client, key) == []
    never_given = builders.article(now, topics=("prisons",))
    for one in (article, never_given):
        withdraw(one, "", now)
    client.get(at(key))  # the notice in one feed brings it into no other
    (entry,) = customs(client, key)
    assert (entry.id, entry.title.startswith("RETRACTED: ")) == (article.guid, True)


def customs(client: Client, key: str) -> list[Any]:
    return list(feedparser.parse(client.get(at(key, name="customs")).content).entries)


def taken_away(client: Client, now: datetime, diario: tuple[Partner, str]) -> Article:
    """By a narrower filter, from a partner that had pulled it."""
    article = builders.article(now, topics=("customs",))
    client.get(at(diario[1], "atom"))
    select_again(diario[0].feeds.get(), Selection(topics=("prisons",)), now)
    return article


def test_a_withdrawal_of_what_a_narrower_filter_took_away_is_told_once(
    client: Client, now: datetime, diario: tuple[Partner, str]
) -> None:
    article, key = taken_away(client, now, diario), diario[1]
    withdraw(article, "", now)
    body = client.get(at(key, "atom")).content
    assert graves(body) == [article.guid]
    assert feedparser.parse(body).entries[0].title.startswith("RETRACTED: ")


def test_no_weight_of_new_articles_pushes_a_withdrawal_out(
    client: Client, now: datetime, diario: tuple[Partner, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit, value in (("MOST_ITEMS", 5), ("MOST_BYTES", 20_000)):
        monkeypatch.setattr(f"service.feeds.actions.for_partner.{limit}", value)
    gone = builders.article(now, published=now - timedelta(days=99))
    for _ in range(5):
        builders.article(now)
    withdraw(gone, "", now)
    found = feedparser.parse(client.get(at(diario[1])).content).entries
    assert 1 < len(found) < 6
    assert found[-1].id == gone.guid


def test_a_narrower_filter_leaves_a_tombstone_of_what_was_given(
    client: Client, now: datetime, diario: tuple[Partner, str]
) -> None:
    article, key = taken_away(client, now, diario), diario[1]
    body = client.get(at(key, "atom")).content
    assert graves(body) == [article.guid]
    assert feedparser.parse(body).entries == []


def test_a_narrower_filter_names_what_was_given_in_json_and_ninjs_until_a_wider_one_brings_it_back(
    client: Client, now: datetime, diario: tuple[Partner, str]
) -> None:
    partner, key = diario
    article = builders.article(now, topics=("customs",))
    client.get(at(key, "json"))
    select_again(partner.feeds.get(), Selection(topics=("prisons",)), now)
    narrow = client.get(at(key, "json")).json()
    (line,) = client.get(at(key, "ndjson")).content.splitlines()
    assert ([one["id"] for one in narrow["_republication"]["gone"]], narrow["items"]) == ([article.guid], [])
    assert (json.loads(line)["uri"], json.loads(line)["pubStatus"]) == (article.guid, "withheld")
    select_again(partner.feeds.get(), Selection(), now)
    wide = client.get(at(key, "json")).json()
    assert ([one["id"] for one in wide["items"]], "gone" in wide["_republication"]) == ([article.guid], False)


def test_what_was_given_is_written_down(client: Client, now: datetime, diario: tuple[Partner, str]) -> None:
    article = builders.article(now)
    client.head(at(diario[1]))
    assert not Pull.objects.exists()
    client.get(at(diario[1]))
    pull = Pull.objects.get()
    assert (pull.partner, pull.article, pull.version, pull.way) == (diario[0], article, article.version, "feed")


def test_each_item_speaks_its_own_language(client: Client, now: datetime, diario: tuple[Partner, str]) -> None:
    builders.article(now, language="en")
    builders.article(now, language="es")
    bodies = [entry.content[0].value for entry in feedparser.parse(client.get(at(diario[1])).content).entries]
    assert sorted("Originally published" in body for body in bodies) == [False, True]
    assert sorted("Publicado originalmente" in body for body in bodies) == [False, True]


def graves(body: bytes) -> list[Any]:
    return [
        one.get("ref") for one in etree.fromstring(body).iter("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    ]
