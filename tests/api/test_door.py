"""Who is let in to the API, and how everybody else is answered."""

from __future__ import annotations

import base64
import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from service.partners.actions.create import create
from service.partners.actions.keys import find, issue, revoke
from service.partners.models import Key, Partner
from service.toolbox.logs import masked
from tests import builders
from tests.api.conftest import Ask

pytestmark = pytest.mark.django_db


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def get(authorization: str = "", path: str = "articles", **headers: str) -> Any:
    given = {"authorization": authorization} if authorization else {}
    return Client(headers={**given, **headers}).get(f"/api/v1/{path}")


def test_a_key_opens_as_bearer_and_by_basic_in_either_way(key: str) -> None:
    prefix = key.split("_")[1]
    for shown in (f"Bearer {key}", basic(key, ""), basic(prefix, key)):
        assert get(shown).status_code == 200


@pytest.mark.parametrize(
    "shown", ["", "Bearer x", "Bearer ", "Basic !", "Digest x", "Bearer byline_aaaaaaaa_" + "a" * 32]
)
def test_no_key_or_none_of_ours_is_asked_for_one(key: str, shown: str) -> None:
    answer = get(shown)
    assert (answer.status_code, answer.json()["code"]) == (401, "no_key")
    assert answer["WWW-Authenticate"].startswith('Bearer realm="byline", Basic')
    assert get(basic("somebody", key)).status_code == 401


def refused(ask: Ask, path: str = "articles", **options: Any) -> tuple[int, str, str]:
    answer = ask("GET", path, **options)
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    assert {"type", "title", "detail", "contact"} <= set(told)
    return answer.status_code, told["code"], answer["Cache-Control"]


def test_a_key_that_no_longer_opens_is_told_why(ask: Ask, partner: Partner, key: str, now: datetime) -> None:
    expired = issue(partner, now, scopes=["api"], expires=now)
    assert refused(ask, key=expired)[:2] == (403, "key_expired")
    assert refused(ask, key=issue(partner, now, scopes=["feeds"]))[:2] == (403, "out_of_scope")
    assert refused(ask, "uses", key=issue(partner, now, scopes=["api"]))[:2] == (403, "out_of_scope")
    Partner.objects.update(suspended_at=now)
    assert refused(ask)[:2] == (403, "partner_suspended")
    Partner.objects.update(suspended_at=None)
    found = find(key)
    assert found
    revoke(found, now)
    assert refused(ask)[:2] == (410, "key_revoked")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "articles/nothing", 404),
        ("GET", "nowhere/at/all", 404),
        ("GET", "", 404),
        ("PUT", "articles", 405),
        ("GET", "articles?limit=1000", 422),
        ("GET", "articles?since=yesterday", 422),
        ("POST", "uses", 400),
    ],
)
def test_every_error_is_a_problem_with_a_sentence(ask: Ask, method: str, path: str, status: int) -> None:
    answer = ask(method, path)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["detail"].endswith(".")
    assert status != 405 or answer["Allow"] == "GET"


def test_an_error_of_ours_is_a_problem_too_and_nothing_that_was_sent_is_logged(
    key: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("service.api.articles.offered", lambda *_: 1 / 0)
    with caplog.at_level(logging.DEBUG):
        answer = get(f"Bearer {key}", f"articles?key={key}")
    assert (answer.status_code, answer.json()["code"]) == (500, "our_fault")
    assert key not in answer.content.decode() + caplog.text


def test_a_key_in_a_log_line_is_cut_to_its_prefix(key: str) -> None:
    prefix = key.split("_")[1]
    assert (
        masked(f"GET /partners/feeds/{key}/everything.rss")
        == f"GET /partners/feeds/byline_{prefix}_(key)/everything.rss"
    )


def test_no_answer_is_kept_by_a_cache_indexed_or_followed_and_none_sets_a_cookie(key: str) -> None:
    for answer in (get(f"Bearer {key}"), get(), get(f"Bearer {key}", "nowhere")):
        assert answer["Cache-Control"] == "private, no-cache"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert not answer.cookies
        assert "Cookie" not in answer["Vary"]


@pytest.mark.parametrize(
    ("origin", "let_in"),
    [
        ("https://diario.example", True),
        ("https://www.diario.example", True),
        ("https://notdiario.example", False),
        ("http://diario.example", False),
        ("https://otro.example", False),
        ("null", False),
    ],
)
def test_only_a_partners_own_pages_may_ask_from_a_browser(key: str, now: datetime, origin: str, let_in: bool) -> None:
    answer = get(f"Bearer {key}", origin=origin)
    preflight = Client(headers={"origin": origin}).options("/api/v1/articles")
    for one in (answer, preflight):
        assert (one.get("Access-Control-Allow-Origin") == origin) == let_in
    assert "Access-Control-Allow-Credentials" not in answer


def test_a_partner_that_asks_too_much_is_told_when_to_come_again(
    ask: Ask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    Partner.objects.update(requests_per_hour=60)
    answers = [ask("GET", "articles") for _ in range(61)]
    assert [one.status_code for one in answers[-2:]] == [200, 429]
    assert (answers[-1]["Retry-After"], answers[-1].json()["code"]) == ("60", "too_many_requests")
    monkeypatch.setattr("service.toolbox.clock.now", lambda: now + timedelta(seconds=59))
    assert ask("GET", "articles").status_code == 429
    monkeypatch.setattr("service.toolbox.clock.now", lambda: now + timedelta(seconds=60))
    assert ask("GET", "articles").status_code == 200


def test_ten_unchanged_answers_cost_what_one_whole_one_does(ask: Ask) -> None:
    mark = ask("GET", "articles")["ETag"]
    left = [ask("GET", "articles", if_none_match=mark)["RateLimit"] for _ in range(10)]
    assert (left[0], left[-1]) == ('"hour";r=598', '"hour";r=598')
    assert ask("GET", "articles", if_none_match=mark)["RateLimit"] == '"hour";r=597'


def test_another_key_of_the_same_partner_brings_no_new_allowance(ask: Ask, partner: Partner, now: datetime) -> None:
    Partner.objects.update(requests_per_hour=1)
    ask("GET", "articles")
    assert ask("GET", "articles", key=issue(partner, now, scopes=["api"])).status_code == 429


def test_a_partner_sees_its_keys_but_none_whole(ask: Ask, key: str) -> None:
    answer = ask("GET", "keys")
    (shown,) = answer.json()["keys"]
    assert (shown["prefix"], shown["this_one"]) == (key.split("_")[1], True)
    assert key.split("_")[2] not in answer.content.decode()


def test_a_partner_changes_over_to_a_new_key(ask: Ask, key: str) -> None:
    made = ask("POST", "keys", {"label": "website", "scopes": ["api"]})
    assert made.status_code == 201
    new, old = made.json()["key"], key.split("_")[1]
    assert ask("DELETE", f"keys/{old}", key=new).status_code == 204
    assert ask("GET", "articles", key=new).status_code == 200
    assert ask("GET", "articles").status_code == 410


def test_no_key_makes_one_that_opens_more_or_longer(ask: Ask, partner: Partner, now: datetime) -> None:
    ends = now + timedelta(days=3)
    small = issue(partner, now, scopes=["api"], expires=ends)
    assert ask("POST", "keys", {"scopes": ["reports"]}, key=small).json()["code"] == "out_of_scope"
    made = ask("POST", "keys", {"days": 30}, key=small).json()
    assert (made["scopes"], made["expires"]) == (["api"], "2026-11-27T15:00:00Z")
    assert ask("POST", "keys", {"days": 1}, key=small).json()["expires"] == "2026-11-25T15:00:00Z"
    assert [ask("POST", "keys", {}).status_code for _ in range(2)] == [201, 409]


def test_nobody_ends_the_key_of_another(ask: Ask, now: datetime) -> None:
    other = create("Otro", "desk@otro.example", now, terms="1").key.split("_")[1]
    assert ask("DELETE", f"keys/{other}").status_code == 404
    assert Key.objects.get(prefix=other).revoked is None


def test_the_rest_of_the_site_is_as_it_was(client: Client, now: datetime) -> None:
    builders.article(now)
    answer = client.get("/api/elsewhere")
    assert answer["Content-Type"].startswith("text/html")
