"""The signed notice of the CMS."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from service.content.models import Article, Source

from .wordpress_site import WordPressSite

pytestmark = pytest.mark.django_db


def notice(told: Any, *, secret: str | None = None, age: int = 0) -> Any:
    body = json.dumps(told).encode()
    stamp = str(int(time.time()) - age)
    key = (secret or settings.WORDPRESS_HOOK_SECRET).encode()
    signature = hmac.new(key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"X-Byline-Timestamp": stamp, "X-Byline-Signature": f"sha256={signature}"}
    client = Client(enforce_csrf_checks=True)
    return client.post("/hooks/wordpress", body, content_type="application/json", headers=headers)


def test_a_published_post_is_taken_in_at_once(site: WordPressSite, source: Source) -> None:
    number = site.publish()
    answer = notice({"source": "wordpress", "post": number, "event": "publish"})
    assert (answer.status_code, answer.json()) == (202, {"outcome": "added"})
    assert Article.objects.get().imported is False


def test_a_trashed_post_is_withdrawn_at_once(site: WordPressSite, source: Source) -> None:
    number = site.publish()
    notice({"post": number})
    site.trash(number)
    assert notice({"post": number}).json() == {"outcome": "withdrawn"}


def test_a_notice_that_lies_changes_nothing_since_the_site_is_asked(site: WordPressSite, source: Source) -> None:
    number = site.publish()
    notice({"post": number})
    assert notice({"post": number, "event": "trash"}).json() == {"outcome": "unchanged"}
    assert Article.objects.get().status == "published"


def test_an_address_in_the_body_is_never_asked(site: WordPressSite, source: Source) -> None:
    with WordPressSite() as other:
        other.publish()
        notice({"post": 1, "site": other.url, "url": other.url})
        assert other.asked == []


@pytest.mark.parametrize("keys", [{"secret": "x" * 40}, {"age": 301}, {"age": -301}])
def test_a_notice_that_is_not_ours_or_not_of_now_is_refused(site: WordPressSite, source: Source, keys: Any) -> None:
    site.publish()
    answer = notice({"post": 1}, **keys)
    assert answer.status_code == 403
    assert answer.json()["error"].endswith((".", "?"))
    assert site.asked == []


@pytest.mark.parametrize(
    "told", [{}, {"post": "all"}, [], "x", {"post": 1, "source": "other"}, {"post": 1, "x": "y" * 5000}]
)
def test_a_notice_that_names_no_post_of_ours_is_refused(site: WordPressSite, source: Source, told: Any) -> None:
    assert notice(told).status_code == 403


def test_without_a_secret_no_notice_is_believed(settings: Any, source: Source) -> None:
    settings.WORDPRESS_HOOK_SECRET = ""
    assert "not set here" in notice({"post": 1}, secret="x").json()["error"]


def test_a_site_that_gives_no_answer_is_worth_another_try(site: WordPressSite, source: Source) -> None:
    site.trouble = lambda: (200, {"Content-Type": "text/html"}, b"Maintenance")
    answer = notice({"post": 1})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")


def test_only_posts_are_taken(source: Source) -> None:
    assert Client().get("/hooks/wordpress").status_code == 405
